import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons';

/** Nothing here yet: says what would be here, and how it comes here. */
export function EmptyState({
  title,
  children,
  action,
  icon = 'info',
  level = 2,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  icon?: IconName;
  level?: 2 | 3;
}) {
  const Heading = `h${level}` as const;
  return (
    <div className="o-empty">
      <span className="o-empty__icon">
        <Icon name={icon} size={32} />
      </span>
      <Heading className="o-empty__title">{title}</Heading>
      {children && <div className="o-empty__text">{children}</div>}
      {action && <div className="o-actions o-actions--center">{action}</div>}
    </div>
  );
}
