import type { ReleaseState } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { text } from '../../i18n';
import en from '../../i18n/en/release-states';
import ja from '../../i18n/ja/release-states';
import type { StatusTone } from '../../ui/Status';

export const stateWords = text(ja, en);

export const STATES = [
  'unspecified',
  'requested',
  'approved',
  'rejected',
  'published',
  'withdrawn',
] as const;
export type StateKey = (typeof STATES)[number];

export const stateKey = (state: ReleaseState): StateKey => STATES[state] ?? 'unspecified';
export const stateTone = (state: ReleaseState): StatusTone =>
  (['neutral', 'info', 'warning', 'error', 'success', 'neutral'] as const)[state] ?? 'neutral';
