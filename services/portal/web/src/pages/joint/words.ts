import type { JointAnswer } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { text } from '../../i18n';
import en from '../../i18n/en/joint';
import ja from '../../i18n/ja/joint';
import type { StatusTone } from '../../ui/Status';

export const words = text(ja, en);
export type JointText = (typeof words)['ja'];

const ANSWERS = ['unspecified', 'waiting', 'consented', 'declined', 'withdrawn'] as const;
export const answerWord = (t: JointText, answer: JointAnswer): string =>
  t.answers[ANSWERS[answer] ?? 'unspecified'];
export const answerTone = (answer: JointAnswer): StatusTone =>
  (['neutral', 'info', 'success', 'error', 'error'] as const)[answer] ?? 'neutral';
