import { type Policy, PolicyService, Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import standard from '../../../../../../deploy/policies/default.yaml?raw';
import { call, useAction, useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber, idOf } from '../../lib/format';
import { Button } from '../../ui/Button';
import { TimeText } from '../../ui/DateText';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Select } from '../../ui/Select';
import { PolicyEditor } from './PolicyEditor';
import { PolicyTables } from './PolicyTables';
import { readPolicy } from './policy-model';
import { words } from './words';

/** Which policy and version stands in the URL. */
export function Policies() {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const { has } = useRoles();
  const officer = has(Role.PRIVACY_OFFICER);
  const [query, setQuery] = useSearchParams();
  const policies = useCall(PolicyService.method.listPolicies, { parent: tenant.name });
  const list = policies.data?.policies ?? [];
  const chosen = list.find((policy) => idOf(policy.name) === query.get('policy')) ?? list[0];
  const create = useAction(
    () =>
      call(PolicyService.method.createPolicy, {
        parent: tenant.name,
        policyId: 'default',
        document: standard,
      }),
    { refresh: [PolicyService], done: t.policies.done('1') },
  );
  return (
    <section className="o-section" aria-labelledby="policies">
      <h2 id="policies">{t.policies.title}</h2>
      <p>{t.policies.text}</p>
      <p className="o-small">{t.who(shared.roles.privacyOfficer)}</p>
      {policies.error && (
        <ErrorNotice error={policies.error} retry={() => void policies.refetch()} />
      )}
      {policies.isPending && <Loading />}
      {policies.data && list.length === 0 && (
        <EmptyState
          title={t.policies.none}
          icon="verdicts"
          level={3}
          action={
            officer && (
              <Button kind="primary" busy={create.isPending} onClick={() => create.mutate()}>
                {t.policies.create}
              </Button>
            )
          }
        >
          <p>{t.policies.noneText}</p>
        </EmptyState>
      )}
      {create.error && <ErrorNotice error={create.error} />}
      {list.length > 1 && (
        <Select
          label={t.policies.policy}
          value={idOf(chosen?.name ?? '')}
          options={list.map((policy) => ({
            value: idOf(policy.name),
            label: `${titleOf(policy)}（${idOf(policy.name)}）`,
          }))}
          onChange={(policy) => setQuery({ policy }, { replace: true })}
        />
      )}
      {chosen && <Versions key={chosen.name} newest={chosen} officer={officer} />}
    </section>
  );
}

const titleOf = (policy: Policy): string => {
  try {
    return readPolicy(policy.document).title || idOf(policy.name);
  } catch {
    return idOf(policy.name);
  }
};

function Versions({ newest, officer }: { newest: Policy; officer: boolean }) {
  const t = useText(words);
  const [query, setQuery] = useSearchParams();
  // The version that is being changed: others may save a newer one meanwhile.
  const [editing, setEditing] = useState<Policy | null>(null);
  const versions = useCall(PolicyService.method.listPolicyVersions, { name: newest.name });
  const all = versions.data?.policies ?? [newest];
  const wanted = Number(query.get('version'));
  const shown = editing ?? all.find((policy) => policy.version === wanted) ?? newest;
  const model = useMemo(() => {
    try {
      return readPolicy(shown.document);
    } catch {
      return null;
    }
  }, [shown.document]);
  const pick = (version: string) => {
    setEditing(null);
    const next = new URLSearchParams(query);
    next.set('version', version);
    setQuery(next, { replace: true });
  };
  return (
    <div className="o-stack">
      <div className="o-section__head">
        <h3>{titleOf(shown)}</h3>
        {officer && model && !editing && shown.version === newest.version && (
          <Button icon="edit" onClick={() => setEditing(shown)}>
            {t.policies.edit}
          </Button>
        )}
      </div>
      {versions.error && (
        <ErrorNotice error={versions.error} retry={() => void versions.refetch()} />
      )}
      <Select
        label={t.policies.pickVersion}
        value={String(shown.version)}
        options={all.map((policy) => ({
          value: String(policy.version),
          label:
            t.policies.version(formatNumber(policy.version)) +
            (policy.version === newest.version ? t.policies.current : ''),
        }))}
        onChange={pick}
      />
      <p className="o-small">
        {t.policies.saved}: <TimeText time={shown.createTime} />
      </p>
      {!model && (
        <Notice tone="warning">
          <p>{t.policies.unreadable}</p>
        </Notice>
      )}
      {model && editing && (
        <>
          {editing.version !== newest.version && (
            <Notice tone="warning" live>
              <p>{t.policies.newer(formatNumber(editing.version), formatNumber(newest.version))}</p>
            </Notice>
          )}
          <PolicyEditor policy={editing} model={model} onClose={() => setEditing(null)} />
        </>
      )}
      {model && !editing && <PolicyTables model={model} />}
      <details className="o-details">
        <summary>{t.policies.source}</summary>
        <pre className="o-code" tabIndex={0}>
          {shown.document}
        </pre>
      </details>
    </div>
  );
}
