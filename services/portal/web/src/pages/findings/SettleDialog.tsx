import {
  DatasetService,
  Settlement,
  type Snapshot,
  SnapshotService,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { RadioGroup, TextArea } from '../../ui/Field';
import type { Portion } from './model';
import { words } from './words';

export interface Target {
  portions: Portion[];
  /** Findings chosen one by one; null: a whole rule, or all that is left. */
  count: number | null;
  rule?: string;
  /** Rules whose earlier decisions are replaced. */
  replaced?: string[];
}

type Choice = 'accept' | 'exclude' | 'return';
const SETTLEMENT: Record<Choice, Settlement> = {
  accept: Settlement.ACCEPTED,
  exclude: Settlement.EXCLUDED,
  return: Settlement.RETURNED,
};
const LIMIT = 500;

/** Accept, exclude or send back, with a reason. */
export function SettleDialog({
  snapshot,
  target,
  onClose,
  onDone,
}: {
  snapshot: Snapshot;
  target: Target;
  onClose: () => void;
  onDone: () => void;
}) {
  const t = useText(words);
  const shared = useText(common);
  const [choice, setChoice] = useState<Choice | ''>('');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const settle = useAction(
    async () => {
      let settled = 0n;
      for (const portion of target.portions) {
        const answer = await call(SnapshotService.method.settleFindings, {
          name: snapshot.name,
          settlement: SETTLEMENT[choice as Choice],
          reason: reason.trim(),
          rule: portion.rule,
          rows: portion.rows,
        });
        settled += answer.settled;
      }
      return settled;
    },
    {
      refresh: [SnapshotService, DatasetService],
      done: (settled) => t.dialog.done(formatNumber(settled)),
      onSuccess: onDone,
    },
  );
  const reasonWrong = !reason.trim()
    ? t.dialog.reasonMissing
    : [...reason].length > LIMIT
      ? t.dialog.reasonLong
      : null;
  const submit = () => {
    setTried(true);
    if (choice && !reasonWrong) settle.mutate();
  };
  const about =
    target.count !== null
      ? t.dialog.target(formatNumber(target.count))
      : target.rule
        ? t.dialog.targetRule(t.rules[target.rule] ?? target.rule)
        : t.dialog.targetAll;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.dialog.title}
      footer={
        <>
          <Button
            kind={choice === 'return' ? 'danger' : 'primary'}
            busy={settle.isPending}
            onClick={submit}
          >
            {t.dialog.submit}
          </Button>
          <Button onClick={onClose}>{shared.actions.cancel}</Button>
        </>
      }
    >
      <p>{about}</p>
      {target.replaced && target.replaced.length > 0 && (
        <Notice tone="warning">
          {t.dialog.replaces(target.replaced.map((rule) => t.rules[rule] ?? rule).join('、'))}
        </Notice>
      )}
      <RadioGroup<Choice>
        legend={t.dialog.what}
        value={choice}
        onChange={setChoice}
        error={tried && !choice ? t.dialog.chooseMissing : null}
        options={[
          { value: 'accept', label: t.dialog.accept, hint: t.dialog.acceptHint },
          { value: 'exclude', label: t.dialog.exclude, hint: t.dialog.excludeHint },
          { value: 'return', label: t.dialog.return, hint: t.dialog.returnHint },
        ]}
      />
      <TextArea
        label={t.dialog.reason}
        hint={t.dialog.reasonHint}
        value={reason}
        onChange={setReason}
        rows={3}
        required
        error={tried ? reasonWrong : null}
      />
      <div className="o-actions" role="group" aria-label={t.dialog.examplesLabel}>
        {t.dialog.examples.map((example) => (
          <Button key={example} kind="text" size="small" onClick={() => setReason(example)}>
            {example}
          </Button>
        ))}
      </div>
      {settle.error && <ErrorNotice error={settle.error} />}
    </Dialog>
  );
}
