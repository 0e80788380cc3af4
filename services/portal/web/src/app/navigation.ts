import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import type { IconName } from '../ui/icons';

export interface NavItem {
  key:
    | 'home'
    | 'data'
    | 'recipes'
    | 'verdicts'
    | 'statistics'
    | 'joint'
    | 'releases'
    | 'audit'
    | 'admin';
  /** Below /t/:tenant. */
  path: string;
  icon: IconName & NavItem['key'];
  /** Another path whose pages are of this item. */
  also?: string;
  /** Whose work it is; empty: everybody's. */
  roles: Role[];
}

const { ADMINISTRATOR, STEWARD, ANALYST, PRIVACY_OFFICER, AUDITOR } = Role;

/** The menu, in the order of the work. Showing is for convenience: what may be done the services decide. */
export const NAVIGATION: NavItem[] = [
  { key: 'home', path: '', icon: 'home', roles: [] },
  {
    key: 'data',
    path: 'data',
    icon: 'data',
    roles: [STEWARD, ANALYST, PRIVACY_OFFICER, AUDITOR, ADMINISTRATOR],
  },
  {
    key: 'recipes',
    path: 'recipes',
    also: 'abstractions',
    icon: 'recipes',
    roles: [STEWARD, ANALYST, PRIVACY_OFFICER, AUDITOR],
  },
  {
    key: 'verdicts',
    path: 'verdicts',
    icon: 'verdicts',
    roles: [STEWARD, ANALYST, PRIVACY_OFFICER, AUDITOR],
  },
  {
    key: 'statistics',
    path: 'statistics',
    icon: 'statistics',
    roles: [STEWARD, ANALYST, PRIVACY_OFFICER, AUDITOR],
  },
  {
    key: 'joint',
    path: 'joint',
    icon: 'joint',
    roles: [STEWARD, ANALYST, PRIVACY_OFFICER, AUDITOR],
  },
  {
    key: 'releases',
    path: 'releases',
    icon: 'releases',
    roles: [STEWARD, ANALYST, PRIVACY_OFFICER, AUDITOR, ADMINISTRATOR],
  },
  { key: 'audit', path: 'audit', icon: 'audit', roles: [AUDITOR] },
  { key: 'admin', path: 'admin', icon: 'admin', roles: [ADMINISTRATOR, PRIVACY_OFFICER, AUDITOR] },
];

export const navigationFor = (roles: readonly Role[]): NavItem[] =>
  NAVIGATION.filter(
    (item) => item.roles.length === 0 || item.roles.some((role) => roles.includes(role)),
  );
