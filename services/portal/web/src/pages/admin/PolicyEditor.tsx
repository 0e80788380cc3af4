import './admin.css';
import { type Policy, PolicyService } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber, idOf } from '../../lib/format';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Field } from '../../ui/Field';
import { Select } from '../../ui/Select';
import { editPolicy, type PolicyEdit, type PolicyModel } from './policy-model';
import { words } from './words';

const WHOLE = /^\d{1,9}$/;

/** The numbers and what follows from them, as fields; the rest of the document stays as it is. */
export function PolicyEditor({
  policy,
  model,
  onClose,
}: {
  policy: Policy;
  model: PolicyModel;
  onClose: () => void;
}) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  // By path; only what differs from the document.
  const [draft, setDraft] = useState<Record<string, { edit: PolicyEdit; text: string }>>({});
  const [asking, setAsking] = useState(false);
  const [tried, setTried] = useState(false);
  const changes = Object.values(draft);
  const bad = (text: string) => !WHOLE.test(text);
  const valid = changes.every(({ edit, text }) => typeof edit.value === 'string' || !bad(text));
  const change = (path: (string | number)[], text: string, was: string, figure: boolean) => {
    const rest = { ...draft };
    delete rest[path.join('.')];
    if (text === was) return setDraft(rest);
    const value = figure ? Number(text) : text;
    return setDraft({ ...rest, [path.join('.')]: { edit: { path, value }, text } });
  };
  const figureField = (label: string, path: (string | number)[], was: number) => {
    const text = draft[path.join('.')]?.text ?? String(was);
    return (
      <Field
        key={path.join('.')}
        label={label}
        inputMode="numeric"
        value={text}
        onChange={(next) => change(path, next, String(was), true)}
        error={bad(text) ? t.policies.bad : null}
      />
    );
  };
  const save = useAction(
    () =>
      call(PolicyService.method.createPolicy, {
        parent: tenant.name,
        policyId: idOf(policy.name),
        document: editPolicy(
          policy.document,
          changes.map(({ edit }) => edit),
        ),
      }),
    {
      refresh: [PolicyService],
      done: (answer) => t.policies.done(formatNumber(answer.policy?.version ?? 0)),
      onSuccess: onClose,
    },
  );
  return (
    <div className="o-stack o-panel">
      {model.tiers.map((tier) => (
        <fieldset key={tier.tier} className="o-policy-tier">
          <legend>{shared.tiers[tier.tier]}</legend>
          {tier.rules.map((rule) => {
            const name = t.policies.names[rule.rule] ?? rule.rule;
            const action = [...rule.path, 'action'];
            const figure =
              rule.key &&
              rule.value !== null &&
              figureField(t.policies.thresholdField(name), [...rule.path, rule.key], rule.value);
            return (
              <div key={action.join('.')} className="o-policy-tier__rule">
                <Select
                  label={t.policies.actionField(name)}
                  hint={t.policies.explain[rule.rule]}
                  value={draft[action.join('.')]?.text ?? rule.action}
                  options={Object.entries(t.policies.actions).map(([value, label]) => ({
                    value,
                    label,
                  }))}
                  onChange={(next) => change(action, next, rule.action, false)}
                />
                {figure}
              </div>
            );
          })}
          {!tier.sameAs &&
            tier.tables.persons.map(
              ({ from, never, path }) =>
                never !== null &&
                figureField(t.policies.neverField(formatNumber(from)), path, never),
            )}
        </fieldset>
      ))}
      {tried && changes.length === 0 && <p role="alert">{t.policies.nothing}</p>}
      <div className="o-actions">
        <Button
          kind="primary"
          onClick={() => {
            setTried(true);
            if (valid && changes.length > 0) setAsking(true);
          }}
        >
          {t.policies.save}
        </Button>
        <Button onClick={onClose}>{shared.actions.cancel}</Button>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t.policies.saveTitle}
        action={t.policies.save}
        danger={false}
        busy={save.isPending}
        error={save.error}
        onConfirm={() => save.mutate()}
      >
        <p>{t.policies.saveText}</p>
      </ConfirmDialog>
    </div>
  );
}
