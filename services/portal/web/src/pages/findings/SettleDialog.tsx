import {
  DatasetService,
  Settlement,
  type Snapshot,
  SnapshotService,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useText } from '../../i18n';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/ErrorNotice';
import { Checkbox, RadioGroup, TextArea } from '../../ui/Field';
import { FormDialog } from '../../ui/FormDialog';
import { decided, type Portion, waiting } from './model';
import { words } from './words';

export interface Target {
  portions: Portion[];
  /** Findings chosen one by one; null: a whole rule, or all that is left. */
  count: number | null;
  rule?: string;
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
  const [choice, setChoice] = useState<Choice | ''>('');
  const [reason, setReason] = useState('');
  const [anew, setAnew] = useState(false);
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
          // Rows that somebody chose are settled anew; a whole rule leaves alone what was decided.
          onlyOpen: target.count === null && !anew,
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
  const before = target.count === null ? decided(snapshot.findingCounts, target.rule ?? '') : 0n;
  const nothing =
    target.count === null && !anew && waiting(snapshot.findingCounts, target.rule ?? '') === 0n;
  const about =
    target.count !== null
      ? t.dialog.target(formatNumber(target.count))
      : target.rule
        ? t.dialog.targetRule(t.rules[target.rule] ?? target.rule)
        : t.dialog.targetAll;
  return (
    <FormDialog
      title={t.dialog.title}
      action={t.dialog.submit}
      kind={choice === 'return' ? 'danger' : 'primary'}
      onClose={onClose}
      ready={choice !== '' && !reasonWrong && !nothing}
      onSubmit={() => settle.mutate()}
      busy={settle.isPending}
      error={settle.error}
    >
      {(tried) => (
        <>
          <p>{about}</p>
          {before > 0n && (
            <Checkbox checked={anew} onChange={setAnew} hint={t.dialog.anewHint}>
              {t.dialog.anew(formatNumber(before))}
            </Checkbox>
          )}
          {tried && nothing && (
            <Notice tone="error" live>
              {t.dialog.nothing}
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
        </>
      )}
    </FormDialog>
  );
}
