import './notice.css';
import { Code } from '@connectrpc/connect';
import type { ReactNode } from 'react';
import { useLanguage, useText } from '../i18n';
import { common } from '../i18n/common';
import { tell } from '../lib/errors';
import { Button } from './Button';
import { Icon, type IconName } from './icons';

type Tone = 'info' | 'success' | 'warning' | 'error';
const ICONS: Record<Tone, IconName> = {
  info: 'info',
  success: 'check',
  warning: 'warning',
  error: 'error',
};

/** A bordered notice: a tone in shape and word, not in colour alone. */
export function Notice({
  tone = 'info',
  title,
  children,
  actions,
  live,
}: {
  tone?: Tone;
  title?: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Read out when it appears. */
  live?: boolean;
}) {
  return (
    <div
      className={`o-notice o-notice--${tone}`}
      role={live ? (tone === 'error' ? 'alert' : 'status') : undefined}
    >
      <Icon name={ICONS[tone]} size={24} />
      <div className="o-notice__body">
        {title && <p className="o-notice__title">{title}</p>}
        {children}
        {actions && <div className="o-actions">{actions}</div>}
      </div>
    </div>
  );
}

const STEP: Partial<Record<Code, keyof (typeof common)['ja']['errors']['steps']>> = {
  [Code.Unauthenticated]: 'unauthenticated',
  [Code.PermissionDenied]: 'permissionDenied',
  [Code.NotFound]: 'notFound',
  [Code.InvalidArgument]: 'invalidArgument',
  [Code.OutOfRange]: 'invalidArgument',
  [Code.AlreadyExists]: 'invalidArgument',
  [Code.FailedPrecondition]: 'failedPrecondition',
  [Code.ResourceExhausted]: 'resourceExhausted',
  [Code.Unavailable]: 'unavailable',
  [Code.DeadlineExceeded]: 'unavailable',
  [Code.Aborted]: 'aborted',
  [Code.Internal]: 'internal',
  [Code.DataLoss]: 'internal',
  [Code.Unimplemented]: 'internal',
  [Code.Unknown]: 'internal',
};

/** What went wrong, why (reason), and what to do next. */
export function ErrorNotice({
  error,
  title,
  retry,
}: {
  error: unknown;
  title?: string;
  retry?: () => void;
}) {
  const { language } = useLanguage();
  const t = useText(common);
  const told = tell(error, language);
  const step =
    t.errors.reasons[told.reason] ??
    (told.code === null ? t.errors.network : t.errors.steps[STEP[told.code] ?? 'internal']);
  return (
    <Notice
      tone="error"
      live
      title={title ?? t.errors.title}
      actions={
        retry && (
          <Button size="small" onClick={retry}>
            {t.actions.retry}
          </Button>
        )
      }
    >
      <p>{told.message || t.errors.noMessage}</p>
      <p>
        <strong>{t.errors.nextStep}: </strong>
        {step}
      </p>
      {told.reason && (
        <p className="o-small">
          {t.errors.reason}: <code>{told.reason}</code>
        </p>
      )}
    </Notice>
  );
}
