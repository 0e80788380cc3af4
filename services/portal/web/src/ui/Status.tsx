import './status.css';
import { Icon, type IconName } from './icons';

export type StatusTone = 'neutral' | 'info' | 'success' | 'warning' | 'error';

const ICONS: Record<StatusTone, IconName> = {
  neutral: 'minus',
  info: 'clock',
  success: 'check',
  warning: 'warning',
  error: 'error',
};

/** A state in one word, with a sign of its own beside the colour. */
export function Status({
  tone,
  children,
  icon,
}: {
  tone: StatusTone;
  children: string;
  icon?: IconName;
}) {
  return (
    <span className={`o-status o-status--${tone}`}>
      <Icon name={icon ?? ICONS[tone]} size={16} />
      {children}
    </span>
  );
}
