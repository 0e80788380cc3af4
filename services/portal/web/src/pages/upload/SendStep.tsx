import { OperationState } from '@oboro/gen/oboro/operation/v1/operation_pb';
import { OperationService } from '@oboro/gen/oboro/operation/v1/operation_pb';
import {
  type Snapshot,
  SnapshotService,
  SnapshotState,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useEffect, useRef, useState } from 'react';
import { useBlocker } from 'react-router';
import { call, refresh } from '../../app/api';
import { useTenant } from '../../app/session';
import { snapshotTone, snapshotWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatBytes, formatDuration, formatNumber, formatPercent, idOf } from '../../lib/format';
import { Button, LinkButton } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DateText } from '../../ui/DateText';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { OperationProgress, ProgressBar } from '../../ui/Progress';
import { Status } from '../../ui/Status';
import { fingerprintOf, forget, remember } from './fingerprint';
import { type SendState, Sender } from './sender';
import type { Chosen, WizardProps } from './UploadPage';
import { words } from './words';

interface Progress {
  send: SendState | null;
  /** The check's operation, once it was asked for. */
  operation: string;
  /** As it is after the check. */
  snapshot: Snapshot | null;
  error: unknown;
}

const NOTHING: Progress = { send: null, operation: '', snapshot: null, error: null };

/** Sends file after file, then follows each check to its end. */
export function SendStep({ dataset, files, setFiles, profile, go }: WizardProps) {
  const t = useText(words);
  const tenant = useTenant();
  const [progress, setProgress] = useState<Record<string, Progress>>({});
  const [running, setRunning] = useState(false);
  const senders = useRef(new Map<string, Sender>());
  const requests = useRef(new Map<string, string>());
  const patch = (id: string, change: Partial<Progress>) =>
    setProgress((all) => ({ ...all, [id]: { ...(all[id] ?? NOTHING), ...change } }));

  useEffect(() => {
    const open = senders.current;
    return () => open.forEach((sender) => sender.close());
  }, []);

  const openSnapshot = async (item: Chosen): Promise<string> => {
    if (item.snapshot) return item.snapshot;
    // The same request again answers the same snapshot: a second press opens no second one.
    const requestId = requests.current.get(item.id) ?? crypto.randomUUID();
    requests.current.set(item.id, requestId);
    const answer = await call(SnapshotService.method.createSnapshot, {
      parent: dataset.name,
      referenceDate: item.date,
      requestId,
      profile,
    });
    const name = answer.snapshot?.name ?? '';
    remember(name, await fingerprintOf(item.file));
    return name;
  };
  const sendOne = async (item: Chosen) => {
    patch(item.id, { error: null });
    try {
      const snapshot = await openSnapshot(item);
      const sender =
        senders.current.get(item.id) ??
        new Sender(item.file, snapshot, (send) => patch(item.id, { send }));
      senders.current.set(item.id, sender);
      if (!(await sender.start())) return;
      const answer = await call(SnapshotService.method.completeSnapshot, {
        name: snapshot,
        totalBytes: BigInt(item.file.size),
      });
      forget(snapshot);
      patch(item.id, { operation: answer.operation?.name ?? '' });
      await refresh(SnapshotService, OperationService);
    } catch (error) {
      patch(item.id, { error });
    }
  };
  const sendAll = async () => {
    setRunning(true);
    for (const item of files) {
      if (!progress[item.id]?.operation) await sendOne(item);
    }
    setRunning(false);
  };
  const onChecked = async (item: Chosen, result: string) => {
    await refresh(SnapshotService, OperationService);
    const answer = await call(SnapshotService.method.getSnapshot, { name: result });
    patch(item.id, { snapshot: answer.snapshot ?? null });
  };

  const blocker = useBlocker(running);
  useEffect(() => {
    if (!running) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [running]);

  const began = Object.keys(progress).length > 0;
  const allEnded = files.every((item) => progress[item.id]?.snapshot);
  return (
    <section className="o-section" aria-labelledby="send">
      <h2 id="send">{t.send.title}</h2>
      <p>{t.send.text}</p>
      <ul className="o-files">
        {files.map((item) => (
          <li key={item.id} className="o-panel">
            <FileProgress
              dataset={dataset.name}
              item={item}
              progress={progress[item.id] ?? NOTHING}
              sender={senders.current.get(item.id)}
              onRetry={() => void sendOne(item)}
              onChecked={(result) => void onChecked(item, result)}
            />
          </li>
        ))}
      </ul>
      {running && <p className="o-small">{t.send.close}</p>}
      <div className="o-actions">
        {!began && (
          <>
            <Button kind="primary" icon="upload" onClick={() => void sendAll()}>
              {t.send.start}
            </Button>
            <Button onClick={() => go('try')}>{t.back}</Button>
          </>
        )}
        {allEnded && (
          <>
            <LinkButton to={tenant.path('data', idOf(dataset.name))}>{t.send.timeline}</LinkButton>
            <Button
              onClick={() => {
                setFiles([]);
                go('choose');
              }}
            >
              {t.send.again}
            </Button>
          </>
        )}
      </div>
      <ConfirmDialog
        open={blocker.state === 'blocked'}
        onClose={() => blocker.reset?.()}
        title={t.send.phases.sending}
        action={t.send.pause}
        danger={false}
        onConfirm={() => blocker.proceed?.()}
      >
        <p>{t.send.leave}</p>
      </ConfirmDialog>
    </section>
  );
}

interface FileProgressProps {
  dataset: string;
  item: Chosen;
  progress: Progress;
  sender: Sender | undefined;
  onRetry: () => void;
  onChecked: (snapshot: string) => void;
}

function FileProgress({ dataset, item, progress, sender, onRetry, onChecked }: FileProgressProps) {
  const t = useText(words);
  const { send, operation, snapshot, error } = progress;
  const phase = send?.phase ?? 'waiting';
  const tone =
    phase === 'sent'
      ? 'success'
      : phase === 'failed'
        ? 'error'
        : phase === 'paused'
          ? 'warning'
          : 'info';
  return (
    <div className="o-stack o-stack--tight">
      <div className="o-files__head">
        <strong>{item.file.name}</strong>
        <span>
          <DateText iso={item.date} />
        </span>
        <span>{formatBytes(item.file.size)}</span>
        <Status tone={send ? tone : 'neutral'}>{t.send.phases[phase]}</Status>
      </div>
      {send && phase !== 'sent' && <SendBar item={item} send={send} />}
      {phase === 'sending' && (
        <div className="o-actions">
          <Button size="small" icon="pause" onClick={() => sender?.pause()}>
            {t.send.pause}
          </Button>
        </div>
      )}
      {phase === 'paused' && (
        <div className="o-actions">
          <Button size="small" kind="primary" icon="play" onClick={() => sender?.resume()}>
            {t.send.resume}
          </Button>
        </div>
      )}
      {(error || phase === 'failed') && (
        <>
          <ErrorNotice error={error ?? send?.error} />
          <div className="o-actions">
            <Button size="small" kind="primary" onClick={onRetry}>
              {t.send.retry}
            </Button>
          </div>
        </>
      )}
      {operation && (
        <div className="o-stack o-stack--tight">
          <OperationProgress
            name={operation}
            onEnd={(ended) => {
              if (ended.state !== OperationState.CANCELLED) onChecked(ended.targetName);
            }}
          />
        </div>
      )}
      {snapshot && <Checked dataset={dataset} snapshot={snapshot} />}
    </div>
  );
}

function SendBar({ item, send }: { item: Chosen; send: SendState }) {
  const t = useText(words);
  const { language } = useLanguage();
  const share = send.total > 0 ? send.sent / send.total : 0;
  const left =
    send.speed > 0 ? formatDuration((send.total - send.sent) / send.speed, language) : '';
  return (
    <div>
      <p className="o-operation__line">
        <strong>{formatPercent(share)}</strong>
        <span>{t.send.of(formatBytes(send.sent), formatBytes(send.total))}</span>
        {send.speed > 0 && <span>{t.send.speed(formatBytes(send.speed))}</span>}
        {left && <span>{t.send.left(left)}</span>}
      </p>
      <ProgressBar
        value={share}
        label={t.send.progress(item.file.name)}
        text={formatPercent(share)}
      />
    </div>
  );
}

/** How the check ended, and what comes next. */
function Checked({ dataset, snapshot }: { dataset: string; snapshot: Snapshot }) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const refused = snapshot.state === SnapshotState.REFUSED;
  const found = snapshot.errors + snapshot.alerts > 0n;
  const text = refused
    ? t.send.refused
    : snapshot.state === SnapshotState.REVIEW
      ? t.send.review
      : t.send.accepted;
  return (
    <div className="o-stack o-stack--tight" role="status">
      <p className="o-files__head">
        <Status tone={snapshotTone(snapshot.state)}>{snapshotWord(shared, snapshot.state)}</Status>
        <span>
          {t.send.summary(
            formatNumber(snapshot.records),
            formatNumber(snapshot.errors),
            formatNumber(snapshot.alerts),
          )}
        </span>
      </p>
      <p>{text}</p>
      <div className="o-actions">
        {found && (
          <LinkButton
            kind={refused || snapshot.state === SnapshotState.REVIEW ? 'primary' : 'secondary'}
            to={tenant.path('data', idOf(dataset), idOf(snapshot.name), 'findings')}
          >
            {t.send.findings}
          </LinkButton>
        )}
        {snapshot.state === SnapshotState.ACCEPTED && (
          <LinkButton
            kind="primary"
            to={`${tenant.path('abstractions', 'new')}?dataset=${idOf(dataset)}&snapshot=${idOf(snapshot.name)}`}
          >
            {t.send.abstract}
          </LinkButton>
        )}
      </div>
    </div>
  );
}
