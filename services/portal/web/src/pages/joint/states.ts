import { JointState, type JointStatistic } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { text } from '../../i18n';
import en from '../../i18n/en/joint-states';
import ja from '../../i18n/ja/joint-states';
import type { StatusTone } from '../../ui/Status';
import { allConsented } from './gate';

export const stateWords = text(ja, en);
type StateText = (typeof stateWords)['ja'];

/** Where it stands, in a word; that everybody has consented is one of its own. */
export function stateOf(t: StateText, joint: JointStatistic): { word: string; tone: StatusTone } {
  switch (joint.state) {
    case JointState.MADE:
      return { word: t.made, tone: 'success' };
    case JointState.CLOSED:
      return { word: t.closed, tone: 'neutral' };
    case JointState.PROPOSED:
      return allConsented(joint)
        ? { word: t.ready, tone: 'info' }
        : { word: t.proposed, tone: 'info' };
    default:
      return { word: t.unspecified, tone: 'neutral' };
  }
}
