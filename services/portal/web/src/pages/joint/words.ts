import {
  JointAnswer,
  JointState,
  type JointStatistic,
} from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { text } from '../../i18n';
import en from '../../i18n/en/joint';
import ja from '../../i18n/ja/joint';
import type { StatusTone } from '../../ui/Status';
import { allConsented } from './gate';

export const words = text(ja, en);
export type JointText = (typeof words)['ja'];

const ANSWERS = ['unspecified', 'waiting', 'consented', 'declined', 'withdrawn'] as const;
export const answerWord = (t: JointText, answer: JointAnswer): string =>
  t.answers[ANSWERS[answer] ?? 'unspecified'];
export const answerTone = (answer: JointAnswer): StatusTone =>
  (['neutral', 'info', 'success', 'error', 'error'] as const)[answer] ?? 'neutral';

/** Where it stands, in a word; that everybody has consented is one of its own. */
export function stateOf(t: JointText, joint: JointStatistic): { word: string; tone: StatusTone } {
  switch (joint.state) {
    case JointState.MADE:
      return { word: t.states.made, tone: 'success' };
    case JointState.CLOSED:
      return { word: t.states.closed, tone: 'neutral' };
    case JointState.PROPOSED:
      return allConsented(joint)
        ? { word: t.states.ready, tone: 'info' }
        : { word: t.states.proposed, tone: 'info' };
    default:
      return { word: t.states.unspecified, tone: 'neutral' };
  }
}
