import './button.css';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';
import { Icon, type IconName } from './icons';

export type ButtonKind = 'primary' | 'secondary' | 'text' | 'danger';

interface Look {
  kind?: ButtonKind;
  size?: 'normal' | 'small';
  icon?: IconName;
  children: ReactNode;
}

const classes = (kind: ButtonKind, size: string, extra?: string) =>
  `o-button o-button--${kind} o-button--${size}${extra ? ` ${extra}` : ''}`;

/**
 * A button. While `busy` it stays focusable, says so to assistive technology and ignores presses: a disabled button would
 * lose the focus in the middle of the work.
 */
export function Button({
  kind = 'secondary',
  size = 'normal',
  icon,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: Look & { busy?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(kind, size, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span className="o-spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A link that looks like a button: it goes somewhere. */
export function LinkButton({
  kind = 'secondary',
  size = 'normal',
  icon,
  className,
  children,
  ...rest
}: Look & LinkProps) {
  return (
    <Link {...rest} className={classes(kind, size, className)}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </Link>
  );
}
