import type { Abstraction } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import {
  type Operation,
  OperationService,
  OperationState,
} from '@oboro/gen/oboro/operation/v1/operation_pb';
import { PolicyService, Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import {
  type Verdict,
  VerificationService,
} from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { call, refresh, useAction, useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { outcomeTone, outcomeWord, tierWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { idOf } from '../../lib/format';
import { Button, LinkButton } from '../../ui/Button';
import { TimeText } from '../../ui/DateText';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { OperationProgress } from '../../ui/Progress';
import { Select } from '../../ui/Select';
import { Status } from '../../ui/Status';
import { opens } from '../data/steps';
import { titleOf } from './document';
import { words } from './words';

/** The verdicts about an abstraction, and the form that asks for one. */
export function VerifyPanel({
  abstraction,
  department,
}: {
  abstraction: Abstraction;
  department: string | undefined;
}) {
  const t = useText(words);
  const tenant = useTenant();
  const { has, stewardOf } = useRoles();
  const [query] = useSearchParams();
  const list = useCall(VerificationService.method.listVerdicts, { parent: tenant.name });
  const verdicts = (list.data?.verdicts ?? []).filter(
    (verdict) => verdict.abstraction === abstraction.name,
  );
  const operation = query.get('operation') ?? '';
  const may = has(Role.PRIVACY_OFFICER) || (department !== undefined && stewardOf(department));
  return (
    <section className="o-panel o-section" aria-labelledby="verification">
      <h2 id="verification">{verdicts.length > 0 ? t.page.verdicts : t.page.nextTitle}</h2>
      {list.error && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data && verdicts.length === 0 && !operation && <p>{t.page.noVerdicts}</p>}
      {verdicts.length > 0 && <VerdictList verdicts={verdicts} />}
      {operation ? (
        <Running name={`${tenant.name}/operations/${operation}`} />
      ) : may ? (
        list.data && <VerifyForm abstraction={abstraction} again={verdicts.length > 0} />
      ) : (
        <p className="o-small">{t.page.onlyThey}</p>
      )}
    </section>
  );
}

function VerdictList({ verdicts }: { verdicts: Verdict[] }) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const { has } = useRoles();
  return (
    <ul className="o-verdict-list">
      {verdicts.map((verdict) => (
        <li key={verdict.name}>
          <Link to={tenant.path('verdicts', idOf(verdict.name))}>
            {t.page.openVerdict}（<TimeText time={verdict.createTime} />）
          </Link>
          {verdict.tiers.map((tier) => (
            <Status key={tier.tier} tone={outcomeTone(tier.outcome)}>
              {`${tierWord(shared, tier.tier)}: ${outcomeWord(shared, tier.outcome)}`}
            </Status>
          ))}
          {opens(verdict) && has(Role.ANALYST, Role.PRIVACY_OFFICER) && (
            <LinkButton
              size="small"
              icon="statistics"
              to={`${tenant.path('statistics', 'new')}?verdict=${idOf(verdict.name)}`}
            >
              {t.page.makeTable}
            </LinkButton>
          )}
        </li>
      ))}
    </ul>
  );
}

function VerifyForm({ abstraction, again }: { abstraction: Abstraction; again: boolean }) {
  const t = useText(words);
  const tenant = useTenant();
  const { language } = useLanguage();
  const [, setQuery] = useSearchParams();
  const [chosen, setChosen] = useState('');
  const [tried, setTried] = useState(false);
  const list = useCall(PolicyService.method.listPolicies, { parent: tenant.name });
  const policies = list.data?.policies ?? [];
  const policy = chosen || (policies.length === 1 ? policies[0]!.name : '');
  const start = useAction(
    () =>
      call(VerificationService.method.verifyAbstraction, {
        parent: tenant.name,
        abstraction: abstraction.name,
        policy,
        requestId: crypto.randomUUID(),
      }),
    {
      refresh: [OperationService],
      onSuccess: ({ operation }) =>
        setQuery({ operation: idOf(operation?.name ?? '') }, { replace: true }),
    },
  );
  if (list.error) return <ErrorNotice error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Loading />;
  if (policies.length === 0) return <p>{t.page.noPolicies}</p>;
  return (
    <form
      className="o-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (policy) start.mutate();
      }}
    >
      <h3>{again ? t.page.verifyAgain : t.page.verifyTitle}</h3>
      <p>{t.page.verifyText}</p>
      <Select
        label={t.page.policy}
        hint={t.page.policyHint}
        required
        value={policy}
        placeholder={t.form.choose}
        onChange={setChosen}
        error={tried && !policy ? t.page.policyMissing : null}
        options={policies.map((item) => ({
          value: item.name,
          label: [titleOf(item.document, language), `${idOf(item.name)} ${t.version(item.version)}`]
            .filter(Boolean)
            .join(' | '),
        }))}
      />
      {start.error && <ErrorNotice error={start.error} />}
      <div className="o-actions">
        <Button
          kind={again ? 'secondary' : 'primary'}
          type="submit"
          icon="verdicts"
          busy={start.isPending}
        >
          {t.page.verify}
        </Button>
      </div>
    </form>
  );
}

function Running({ name }: { name: string }) {
  const t = useText(words);
  const tenant = useTenant();
  const navigate = useNavigate();
  const [, setQuery] = useSearchParams();
  const [failed, setFailed] = useState(false);
  const onEnd = ({ state, resultName }: Operation) => {
    void refresh(VerificationService, OperationService);
    if (state === OperationState.SUCCEEDED)
      void navigate(tenant.path('verdicts', idOf(resultName)), { replace: true });
    else setFailed(true);
  };
  return (
    <div className="o-stack o-stack--tight">
      <h3>{t.page.running}</h3>
      <OperationProgress name={name} onEnd={onEnd} cancellable />
      {failed && (
        <div className="o-actions">
          <Button onClick={() => setQuery({}, { replace: true })}>{t.form.again}</Button>
        </div>
      )}
    </div>
  );
}
