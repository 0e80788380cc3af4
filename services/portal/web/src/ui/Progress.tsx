import './progress.css';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  type Operation,
  OperationService,
  OperationState,
} from '@oboro/gen/oboro/operation/v1/operation_pb';
import { ConnectError } from '@connectrpc/connect';
import { useEffect, useState } from 'react';
import { client, useAction } from '../app/api';
import { hasEnded, useOperation } from '../app/operation';
import { useLanguage, useText } from '../i18n';
import { common } from '../i18n/common';
import { formatDuration, formatNumber } from '../lib/format';
import { Button } from './Button';
import { ConfirmDialog } from './ConfirmDialog';
import { ErrorNotice } from './ErrorNotice';
import { Loading } from './Loading';

/** A bar of 0 to 1, or one that only says that it goes on. */
export function ProgressBar({
  value,
  label,
  text,
}: {
  value: number | null;
  label: string;
  text?: string;
}) {
  return (
    <progress
      className="o-progress"
      aria-label={label}
      aria-valuetext={text}
      {...(value === null ? {} : { value: Math.round(value * 1000), max: 1000 })}
    />
  );
}

/** The failure of an operation as an error that ErrorNotice can tell. */
export function operationError(operation: Operation): ConnectError | null {
  if (operation.state !== OperationState.FAILED || !operation.error) return null;
  const error = new ConnectError(operation.error.message, operation.error.code);
  // Details came packed as they do behind a call: ConnectError reads them by type name.
  error.details = operation.error.details.map((any) => ({
    type: any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1),
    value: any.value,
  }));
  return error;
}

function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

interface ProgressProps {
  /** tenants/{tenant}/operations/{operation} */
  name: string;
  /** Called once when it has ended, well or not. */
  onEnd?: (operation: Operation) => void;
  /** Offer to stop it. */
  cancellable?: boolean;
  /** Without the hint that one may leave. */
  compact?: boolean;
}

/** Long work while it runs, by WatchOperation: stage, how far, since when; then how it ended. */
export function OperationProgress({
  name,
  onEnd,
  cancellable = false,
  compact = false,
}: ProgressProps) {
  const t = useText(common);
  const { operation, error } = useOperation(name, onEnd);
  if (error) return <ErrorNotice error={error} />;
  if (!operation) return <Loading />;
  return (
    <div className="o-operation">
      <OperationBar operation={operation} />
      {!hasEnded(operation) && !compact && <p className="o-small">{t.operations.stay}</p>}
      {!hasEnded(operation) && cancellable && <CancelButton name={name} />}
    </div>
  );
}

/** One operation as it is. */
export function OperationBar({ operation }: { operation: Operation }) {
  const t = useText(common);
  const { language } = useLanguage();
  const running = !hasEnded(operation);
  const now = useNow(running);
  const failure = operationError(operation);
  const kind = t.operations.kinds[operation.kind] ?? operation.kind;
  if (failure)
    return <ErrorNotice error={failure} title={`${kind}: ${t.operations.states.failed}`} />;
  const total = Number(operation.total);
  const done = Number(operation.done);
  const share = !running ? 1 : total > 0 ? Math.min(1, done / total) : null;
  const began = operation.createTime ? timestampDate(operation.createTime).getTime() : now;
  const until = operation.endTime ? timestampDate(operation.endTime).getTime() : now;
  const stage =
    operation.state === OperationState.QUEUED
      ? t.operations.waiting
      : running
        ? (t.operations.stages[operation.stage] ?? operation.stage)
        : operation.state === OperationState.CANCELLED
          ? t.operations.states.cancelled
          : t.operations.states.succeeded;
  const counted =
    running && total > 0
      ? t.operations.done(formatNumber(done), formatNumber(total))
      : running && done > 0
        ? t.operations.doneOnly(formatNumber(done))
        : '';
  return (
    <div>
      <p className="o-operation__line">
        <strong>{kind}</strong>
        <span>{stage}</span>
        {counted && <span>{counted}</span>}
        <span>{t.operations.elapsed(formatDuration((until - began) / 1000, language))}</span>
      </p>
      <ProgressBar value={share} label={t.operations.progress(kind)} text={`${stage} ${counted}`} />
    </div>
  );
}

function CancelButton({ name }: { name: string }) {
  const t = useText(common);
  const [asking, setAsking] = useState(false);
  const cancel = useAction(() => client(OperationService).cancelOperation({ name }), {
    refresh: [OperationService],
    onSuccess: () => setAsking(false),
  });
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        {t.operations.cancel}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t.operations.cancelTitle}
        action={t.operations.cancel}
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate()}
      >
        <p>{t.operations.cancelText}</p>
      </ConfirmDialog>
    </>
  );
}
