// What a municipality may do with a joint statistic, as the services decide it: for showing and hiding only.
import {
  JointAnswer,
  type JointParticipant,
  JointState,
  type JointStatistic,
} from '@oboro/gen/oboro/aggregation/v1/joint_pb';

export type Verb = 'consent' | 'decline' | 'withdraw' | 'make';

export const ownPart = (joint: JointStatistic, code: string): JointParticipant | undefined =>
  joint.participants.find((one) => one.municipalityCode === code);

export const proposerOf = (joint: JointStatistic): string =>
  joint.participants.find((one) => one.proposer)?.municipalityCode ?? '';

export const allConsented = (joint: JointStatistic): boolean =>
  joint.participants.length > 0 &&
  joint.participants.every((one) => one.answer === JointAnswer.CONSENTED);

/** An answer of this municipality is awaited. */
export const waitsFor = (joint: JointStatistic, code: string): boolean =>
  joint.state === JointState.PROPOSED && ownPart(joint, code)?.answer === JointAnswer.WAITING;

/** Everybody has consented, and this municipality is the one that has it made. */
export const readyFor = (joint: JointStatistic, code: string): boolean =>
  joint.state === JointState.PROPOSED &&
  ownPart(joint, code)?.proposer === true &&
  allConsented(joint);

/** What a 個人情報保護担当 of the municipality may do now. */
export function verbsOf(joint: JointStatistic, code: string): Verb[] {
  const own = ownPart(joint, code);
  if (!own || joint.state === JointState.MADE) return [];
  const waiting = own.answer === JointAnswer.WAITING;
  const open = joint.state === JointState.PROPOSED;
  const verbs: Verb[] = [];
  if (readyFor(joint, code)) verbs.push('make');
  if (open && waiting) verbs.push('consent');
  if (open && waiting && !own.proposer) verbs.push('decline');
  // A closed proposal still counts among those that its proposer has waiting, until it is withdrawn.
  if (own.answer === JointAnswer.CONSENTED ? open || own.proposer : own.proposer && waiting)
    verbs.push('withdraw');
  return verbs;
}

/** Those that wait for this municipality first, then what is awaited of others, what is made, what is closed. */
export type Group = 'mine' | 'others' | 'made' | 'closed';
export function groupOf(joint: JointStatistic, code: string): Group {
  if (joint.state === JointState.MADE) return 'made';
  if (joint.state === JointState.CLOSED) return 'closed';
  return waitsFor(joint, code) || readyFor(joint, code) ? 'mine' : 'others';
}
