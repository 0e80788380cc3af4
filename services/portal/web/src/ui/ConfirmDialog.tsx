import { type ReactNode, useState } from 'react';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { ErrorNotice } from './ErrorNotice';
import { Field } from './Field';

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and what will not come back. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  onConfirm: () => void;
  /** The name to type first; for what cannot be undone. */
  name?: string;
  danger?: boolean;
  busy?: boolean;
  error?: unknown;
}

/** Asks before something is done that cannot be undone, or that many feel. */
export function ConfirmDialog(props: ConfirmProps) {
  // A new life for each opening: what was typed is gone.
  return props.open ? <OpenConfirm {...props} /> : null;
}

function OpenConfirm({
  onClose,
  title,
  children,
  action,
  onConfirm,
  name,
  danger = true,
  busy = false,
  error,
}: ConfirmProps) {
  const t = useText(common);
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const right = !name || typed.trim() === name;
  const confirm = () => {
    if (right) onConfirm();
    else setTried(true);
  };
  return (
    <Dialog
      open
      alert
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button kind={danger ? 'danger' : 'primary'} busy={busy} onClick={confirm}>
            {action}
          </Button>
          <Button onClick={onClose}>{t.actions.cancel}</Button>
        </>
      }
    >
      {children}
      {name && (
        <Field
          label={t.confirm.type(name)}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          required
          error={tried && !right ? t.confirm.mismatch(name) : null}
        />
      )}
      {error ? <ErrorNotice error={error} /> : null}
    </Dialog>
  );
}
