import { fromJsonString, toJsonString } from '@bufbuild/protobuf';
import {
  AuditService,
  type SignedHead,
  SignedHeadSchema,
} from '@oboro/gen/oboro/audit/v1/audit_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { download } from '../../lib/download';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Field } from '../../ui/Field';
import { words } from './words';

/** Checks the chain, against a head that was kept elsewhere if there is one; hands out a head to keep. */
export function ChainPanel() {
  const t = useText(words);
  const tenant = useTenant();
  const [known, setKnown] = useState<{ file: string; head: SignedHead } | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const verify = useAction(() =>
    call(AuditService.method.verifyEvents, {
      parent: tenant.name,
      ...(known ? { knownHead: known.head } : {}),
    }),
  );
  const choose = async (file: File | undefined) => {
    setKnown(null);
    setFault(null);
    // What was found belongs to the head that it was compared with.
    verify.reset();
    if (!file) return;
    try {
      setKnown({ file: file.name, head: fromJsonString(SignedHeadSchema, await file.text()) });
    } catch {
      setFault(t.chain.badFile);
    }
  };
  const take = useAction(
    async () => {
      const { head } = await call(AuditService.method.exportHead, { parent: tenant.name });
      if (!head) throw new Error('no head');
      const name = `${t.chain.headFile}_${tenant.displayName}_${head.sequence}.json`;
      download(`${toJsonString(SignedHeadSchema, head)}\n`, name, 'application/json');
      return head;
    },
    { done: (head) => t.chain.headDone(formatNumber(head.sequence)) },
  );
  const report = verify.data;
  return (
    <section className="o-section" aria-labelledby="chain">
      <h2 id="chain">{t.chain.title}</h2>
      <p>{t.chain.text}</p>
      <Field
        label={t.chain.known}
        type="file"
        accept=".json,application/json"
        error={fault}
        hint={known ? t.chain.chosen(known.file, formatNumber(known.head.sequence)) : undefined}
        onInput={(event) => void choose(event.currentTarget.files?.[0])}
      />
      <div className="o-actions">
        <Button
          kind="primary"
          icon="check"
          busy={verify.isPending}
          disabled={fault !== null}
          onClick={() => verify.mutate()}
        >
          {t.chain.verify}
        </Button>
      </div>
      {report?.valid && (
        <Notice tone="success" live title={t.chain.valid}>
          <p>{t.chain.validText(formatNumber(report.events), formatNumber(report.heads))}</p>
          <p>{known ? t.chain.compared(formatNumber(known.head.sequence)) : t.chain.notCompared}</p>
        </Notice>
      )}
      {report && !report.valid && (
        <Notice tone="error" live title={t.chain.broken}>
          <p>{t.chain.brokenText(formatNumber(report.faultSequence))}</p>
          <p className="o-small">{report.fault}</p>
        </Notice>
      )}
      {verify.error && <ErrorNotice error={verify.error} />}
      <p>{t.chain.headText}</p>
      <div className="o-actions">
        <Button icon="download" busy={take.isPending} onClick={() => take.mutate()}>
          {t.chain.head}
        </Button>
      </div>
      {take.error && <ErrorNotice error={take.error} />}
    </section>
  );
}
