import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber } from '../../lib/format';
import { DataTable } from '../../ui/DataTable';
import { Notice } from '../../ui/ErrorNotice';
import { type PolicyModel, type PolicyTier, TIERS } from './policy-model';
import { type AdminText, words } from './words';

/** Every rule and number of a policy with what it means, tier by tier. */
export function PolicyTables({ model }: { model: PolicyModel }) {
  const t = useText(words);
  const shared = useText(common);
  return (
    <div className="o-stack o-stack--wide">
      <dl className="o-facts">
        <dt>{t.policies.identifiers}</dt>
        <dd>{model.identifiers.join('、') || shared.none}</dd>
      </dl>
      {TIERS.map((tier) => {
        const found = model.tiers.find((candidate) => candidate.tier === tier);
        return (
          <section key={tier} className="o-section" aria-labelledby={`tier-${tier}`}>
            <h4 id={`tier-${tier}`}>{shared.tiers[tier]}</h4>
            {found ? (
              <TierTables tier={found} />
            ) : (
              <Notice tone="warning">
                <p>{t.policies.missingTier}</p>
              </Notice>
            )}
          </section>
        );
      })}
    </div>
  );
}

function TierTables({ tier }: { tier: PolicyTier }) {
  const t = useText(words);
  const shared = useText(common);
  const name = shared.tiers[tier.tier];
  const threshold = (key: string | null, value: number | null) => {
    if (key === null || value === null) return shared.none;
    const figure = formatNumber(value);
    return key === 'at_least' ? t.policies.atLeast(figure) : t.policies.atMost(figure);
  };
  return (
    <>
      <p className="o-small">
        {t.policies.quasi}: {tier.quasi.join('、') || t.policies.fromRecipe}
      </p>
      <DataTable
        caption={`${name}: ${t.policies.rules}`}
        rows={tier.rules}
        rowKey={(row) => row.path.join('.')}
        columns={[
          {
            key: 'rule',
            header: t.policies.rule,
            rowHeader: true,
            cell: (row) => t.policies.names[row.rule] ?? row.rule,
          },
          {
            key: 'meaning',
            header: t.policies.meaning,
            cell: (row) => t.policies.explain[row.rule] ?? row.rule,
          },
          {
            key: 'threshold',
            header: t.policies.threshold,
            nowrap: true,
            cell: (row) => threshold(row.key, row.value),
          },
          {
            key: 'action',
            header: t.policies.action,
            cell: (row) => t.policies.actions[row.action] ?? row.action,
          },
        ]}
      />
      {tier.sameAs ? (
        <p>
          {t.policies.tables}: {t.policies.same(shared.tiers[tier.sameAs])}
        </p>
      ) : (
        <DataTable
          caption={`${name}: ${t.policies.tables}`}
          rows={tableLines(tier, t.policies)}
          rowKey={(row) => row.what}
          columns={[
            { key: 'what', header: t.policies.number, rowHeader: true, cell: (row) => row.what },
            { key: 'value', header: t.policies.value, cell: (row) => row.value },
            { key: 'meaning', header: t.policies.meaning, cell: (row) => row.meaning },
          ]}
        />
      )}
    </>
  );
}

/** The numbers about tables as lines of a table. */
export function tableLines(
  { tables }: PolicyTier,
  t: AdminText['policies'],
): { what: string; value: string; meaning: string }[] {
  const figure = (value: number | null) => (value === null ? '―' : formatNumber(value));
  return [
    ...tables.persons.map(({ from, never }) => ({
      what: t.persons(formatNumber(from)),
      value: never === null ? t.noCounts : t.never(formatNumber(never)),
      meaning: t.neverMeaning,
    })),
    {
      what: t.establishments,
      value: t.establishmentsValue(figure(tables.establishments)),
      meaning: t.establishmentsMeaning,
    },
    {
      what: t.zeros,
      value: tables.zerosProtected ? t.zerosProtected : t.zerosShown,
      meaning: t.zerosMeaning,
    },
    {
      what: t.amounts,
      value: tables.amounts
        ? t.amountsValue(figure(tables.amounts.p), figure(tables.amounts.contributors))
        : t.amountsNone,
      meaning: t.amountsMeaning,
    },
    {
      what: t.flow,
      value: tables.flowBound === null ? t.flowNone : t.flowValue(formatNumber(tables.flowBound)),
      meaning: t.flowMeaning,
    },
  ];
}
