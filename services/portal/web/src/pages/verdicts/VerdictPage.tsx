import './verdicts.css';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import {
  type RuleResult,
  type TierOutcome,
  type Verdict,
  VerificationService,
} from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useMemo } from 'react';
import { useParams } from 'react-router';
import { useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useRoles, useTenant } from '../../app/session';
import { outcomeTone, outcomeWord, tierWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { idOf } from '../../lib/format';
import { formatDateShort } from '../../lib/wareki';
import { LinkButton } from '../../ui/Button';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { READERS } from '../data/queries';
import { opens } from '../data/steps';
import { Combinations } from './Combinations';
import { askedWord, measuredWord, mendsOf, readable } from './figures';
import { FigureList } from './FigureList';
import { Provenance } from './Provenance';
import { SizeChart } from './SizeChart';
import { type Source, useSources } from './sources';
import { sentenceOf, tierMeaning, words } from './words';

/** One verdict: what may go how far, why, what was measured, what would mend it, and its signature. */
export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={READERS} title={t.title}>
      <VerdictPage />
    </RequireRole>
  );
}

function VerdictPage() {
  const t = useText(words);
  const tenant = useTenant();
  const { verdict: id = '' } = useParams();
  const answer = useCall(VerificationService.method.getVerdict, {
    name: `${tenant.name}/verdicts/${id}`,
  });
  const { sourceOf } = useSources();
  const verdict = answer.data?.verdict;
  if (answer.error) {
    return (
      <>
        <PageHeader title={t.title} crumbs={[{ to: tenant.path('verdicts'), label: t.title }]} />
        <ErrorNotice error={answer.error} retry={() => void answer.refetch()} />
      </>
    );
  }
  if (!verdict) return <Loading />;
  return <VerdictView verdict={verdict} source={sourceOf(verdict)} />;
}

function VerdictView({ verdict, source }: { verdict: Verdict; source: Source }) {
  const t = useText(words);
  const tenant = useTenant();
  const { language } = useLanguage();
  const { has } = useRoles();
  const date = source.date ? formatDateShort(source.date, language) : '';
  return (
    <>
      <PageHeader
        title={t.page.title(source.title || idOf(verdict.abstraction), date)}
        crumbs={[{ to: tenant.path('verdicts'), label: t.title }]}
        actions={
          <>
            <LinkButton to={tenant.path('abstractions', idOf(verdict.abstraction))}>
              {t.page.abstraction}
            </LinkButton>
            {opens(verdict) && has(Role.ANALYST, Role.PRIVACY_OFFICER) && (
              <LinkButton
                kind="primary"
                icon="statistics"
                to={`${tenant.path('statistics', 'new')}?verdict=${idOf(verdict.name)}`}
              >
                {t.page.makeTable}
              </LinkButton>
            )}
          </>
        }
      />
      <Summary verdict={verdict} />
      <Mends verdict={verdict} source={source} />
      <FigureList verdict={verdict} />
      <SizeChart verdict={verdict} />
      <Combinations verdict={verdict} />
      <section className="o-section" aria-labelledby="rules">
        <h2 id="rules">{t.page.rules}</h2>
        {verdict.tiers.map((tier) => (
          <RuleTable key={tier.tier} tier={tier} />
        ))}
      </section>
      <Provenance verdict={verdict} />
    </>
  );
}

function Summary({ verdict }: { verdict: Verdict }) {
  const t = useText(words);
  const shared = useText(common);
  return (
    <section className="o-section" aria-labelledby="summary">
      <h2 id="summary">{t.page.summary}</h2>
      {verdict.tiers.length === 0 && <p>{t.page.noTiers}</p>}
      <ul className="o-tiers">
        {verdict.tiers.map(({ tier, outcome }) => (
          <li key={tier} className="o-panel">
            <h3>
              {tierWord(shared, tier)}
              <Status tone={outcomeTone(outcome)}>{outcomeWord(shared, outcome)}</Status>
            </h3>
            <p>{sentenceOf(t, tierWord(shared, tier), outcome)}</p>
            <p className="o-small">{tierMeaning(t, tier)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Mends({ verdict, source }: { verdict: Verdict; source: Source }) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const { has } = useRoles();
  const mends = mendsOf(verdict);
  return (
    <section className="o-section" aria-labelledby="mend">
      <h2 id="mend">{t.page.mend}</h2>
      {mends.length === 0 ? (
        <p>{t.page.mendNone}</p>
      ) : (
        <>
          <p>{t.page.mendText}</p>
          <ul className="o-mends">
            {mends.map((mend) => (
              <li key={`${mend.rule} ${mend.message}`}>
                <Status tone={outcomeTone(mend.outcome)}>
                  {outcomeWord(shared, mend.outcome)}
                </Status>
                <div>
                  <p>
                    <strong>{t.rules[mend.rule]?.name ?? mend.rule}</strong>（
                    {mend.tiers.map((at) => tierWord(shared, verdict.tiers[at]!.tier)).join('・')}）
                  </p>
                  {/* The service gives the remedy in Japanese: it is part of what was signed. */}
                  <p lang="ja">{readable(mend.message, 'ja')}</p>
                </div>
              </li>
            ))}
          </ul>
          <div className="o-actions">
            <LinkButton icon="recipes" to={tenant.path('recipes', idOf(verdict.recipe))}>
              {t.page.toRecipe}
            </LinkButton>
            {has(Role.STEWARD) && source.dataset && (
              <LinkButton
                to={`${tenant.path('abstractions', 'new')}?dataset=${source.dataset}&snapshot=${source.snapshot}`}
              >
                {t.page.toAbstract}
              </LinkButton>
            )}
          </div>
        </>
      )}
    </section>
  );
}

function RuleTable({ tier }: { tier: TierOutcome }) {
  const t = useText(words);
  const shared = useText(common);
  const { language } = useLanguage();
  const columns = useMemo<TableColumn<RuleResult>[]>(
    () => [
      {
        key: 'rule',
        header: t.rule.name,
        rowHeader: true,
        cell: (row) => (
          <>
            {t.rules[row.rule]?.name ?? row.rule}
            <br />
            <span className="o-small">{t.rules[row.rule]?.text}</span>
          </>
        ),
      },
      { key: 'asked', header: t.rule.asked, cell: (row) => askedWord(t, row) },
      { key: 'measured', header: t.rule.measured, cell: (row) => measuredWord(t, row, language) },
      {
        key: 'outcome',
        header: t.rule.outcome,
        nowrap: true,
        cell: (row) => (
          <Status tone={outcomeTone(row.outcome)}>{outcomeWord(shared, row.outcome)}</Status>
        ),
      },
      {
        key: 'message',
        header: t.rule.message,
        cell: (row) => <span lang="ja">{readable(row.message, 'ja')}</span>,
      },
    ],
    [t, shared, language],
  );
  return (
    <DataTable
      caption={tierWord(shared, tier.tier)}
      columns={columns}
      rows={tier.rules}
      rowKey={(row) => `${row.rule} ${row.threshold}`}
    />
  );
}
