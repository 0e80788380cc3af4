import { Outcome, Tier } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { text } from '../../i18n';
import en from '../../i18n/en/verdicts';
import ja from '../../i18n/ja/verdicts';

export const words = text(ja, en);
export type VerdictText = (typeof words)['ja'];

const OUTCOMES = ['unspecified', 'pass', 'warn', 'refuse'] as const;
export const sentenceOf = (t: VerdictText, tier: string, outcome: Outcome): string =>
  t.sentences[OUTCOMES[outcome] ?? 'unspecified'](tier);

const TIERS = ['unspecified', 'internal', 'joint', 'public'] as const;
export const tierMeaning = (t: VerdictText, tier: Tier): string =>
  t.tierMeaning[TIERS[tier] ?? 'unspecified'];
