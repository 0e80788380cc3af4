import { type ReactNode, useState } from 'react';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { Button, type ButtonKind } from './Button';
import { Dialog } from './Dialog';
import { ErrorNotice } from './ErrorNotice';

interface FormDialogProps {
  title: string;
  /** The verb on the button. */
  action: string;
  kind?: ButtonKind;
  wide?: boolean;
  alert?: boolean;
  onClose: () => void;
  /** Everything is filled in as it must be. */
  ready: boolean;
  onSubmit: () => void;
  busy: boolean;
  error: unknown;
  /** The fields; `tried`: somebody wanted to go on, so what is missing is said. */
  children: (tried: boolean) => ReactNode;
}

/** A dialog of fields: the button stays pressable and says what is missing. */
export function FormDialog({
  title,
  action,
  kind = 'primary',
  wide = false,
  alert = false,
  onClose,
  ready,
  onSubmit,
  busy,
  error,
  children,
}: FormDialogProps) {
  const t = useText(common);
  const [tried, setTried] = useState(false);
  return (
    <Dialog
      open
      wide={wide}
      alert={alert}
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button kind={kind} busy={busy} onClick={() => (ready ? onSubmit() : setTried(true))}>
            {action}
          </Button>
          <Button onClick={onClose}>{t.actions.cancel}</Button>
        </>
      }
    >
      {children(tried)}
      {error ? <ErrorNotice error={error} /> : null}
    </Dialog>
  );
}
