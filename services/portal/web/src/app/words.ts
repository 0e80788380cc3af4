import { Outcome, Tier } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { OperationState } from '@oboro/gen/oboro/operation/v1/operation_pb';
import { Role, TenantState } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { SnapshotState } from '@oboro/gen/oboro/upload/v1/upload_pb';
import type { common } from '../i18n/common';
import type { StatusTone } from '../ui/Status';

type Common = (typeof common)['ja'];

const ROLES = [
  'unspecified',
  'operator',
  'administrator',
  'steward',
  'analyst',
  'privacyOfficer',
  'auditor',
] as const;
export const roleWord = (t: Common, role: Role): string => t.roles[ROLES[role] ?? 'unspecified'];

const TIERS = ['unspecified', 'internal', 'joint', 'public'] as const;
export const tierWord = (t: Common, tier: Tier): string => t.tiers[TIERS[tier] ?? 'unspecified'];

const OUTCOMES = ['unspecified', 'pass', 'warn', 'refuse'] as const;
export const outcomeWord = (t: Common, outcome: Outcome): string =>
  t.outcomes[OUTCOMES[outcome] ?? 'unspecified'];
export const outcomeTone = (outcome: Outcome): StatusTone =>
  (['neutral', 'success', 'warning', 'error'] as const)[outcome] ?? 'neutral';

const SNAPSHOTS = [
  'unspecified',
  'open',
  'checking',
  'accepted',
  'refused',
  'destroyed',
  'review',
  'returned',
] as const;
export const snapshotWord = (t: Common, state: SnapshotState): string =>
  t.snapshotStates[SNAPSHOTS[state] ?? 'unspecified'];
export const snapshotTone = (state: SnapshotState): StatusTone =>
  (['neutral', 'info', 'info', 'success', 'error', 'neutral', 'warning', 'warning'] as const)[
    state
  ] ?? 'neutral';

const OPERATIONS = [
  'unspecified',
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export const operationWord = (t: Common, state: OperationState): string =>
  t.operations.states[OPERATIONS[state] ?? 'unspecified'];
export const operationTone = (state: OperationState): StatusTone =>
  (['neutral', 'info', 'info', 'success', 'error', 'neutral'] as const)[state] ?? 'neutral';

const TENANTS = ['unspecified', 'active', 'suspended', 'sealed', 'shredded'] as const;
export const tenantWord = (t: Common, state: TenantState): string =>
  t.chooser.state[TENANTS[state] ?? 'unspecified'];
