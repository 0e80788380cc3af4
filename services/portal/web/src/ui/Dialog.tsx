import './dialog.css';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { Icon } from './icons';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons, the first the one that acts. */
  footer?: ReactNode;
  wide?: boolean;
  /** A question that must be answered: read out as an alert. */
  alert?: boolean;
}

/**
 * A modal dialog: the browser's own `dialog`, which keeps the focus inside, makes the rest inert and gives the focus back
 * at the end. Escape closes it.
 */
export function Dialog({ open, ...rest }: DialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ onClose, title, children, footer, wide, alert }: Omit<DialogProps, 'open'>) {
  const t = useText(common);
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={`o-dialog${wide ? ' o-dialog--wide' : ''}`}
      aria-labelledby={heading}
      aria-describedby={alert ? `${heading}-text` : undefined}
      role={alert ? 'alertdialog' : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="o-dialog__head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="o-dialog__close" onClick={onClose}>
          <Icon name="close" />
          <span>{t.actions.close}</span>
        </button>
      </div>
      <div className="o-dialog__body" id={`${heading}-text`}>
        {children}
      </div>
      {footer && <div className="o-dialog__foot">{footer}</div>}
    </dialog>
  );
}
