import { create } from '@bufbuild/protobuf';
import {
  JointAnswer,
  JointState,
  type JointStatistic,
  JointStatisticSchema,
} from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { expect, test } from 'vitest';
import { groupOf, verbsOf } from './gate';

const HERE = '082201';
const THERE = '221309';
const { WAITING, CONSENTED, DECLINED } = JointAnswer;

const joint = (
  here: JointAnswer,
  there: JointAnswer,
  state = JointState.PROPOSED,
): JointStatistic =>
  create(JointStatisticSchema, {
    state,
    participants: [
      { municipalityCode: HERE, proposer: true, answer: here },
      { municipalityCode: THERE, answer: there },
    ],
  });

test.each([
  [joint(WAITING, WAITING), ['consent', 'withdraw'], ['consent', 'decline']],
  [joint(CONSENTED, WAITING), ['withdraw'], ['consent', 'decline']],
  [joint(WAITING, CONSENTED), ['consent', 'withdraw'], ['withdraw']],
  [joint(CONSENTED, CONSENTED), ['make', 'withdraw'], ['withdraw']],
  // Closed: the proposer puts it away, and nothing else is left to do.
  [joint(CONSENTED, DECLINED, JointState.CLOSED), ['withdraw'], []],
  [joint(CONSENTED, CONSENTED, JointState.MADE), [], []],
])('what the proposer and the other may do %#', (one, here, there) => {
  expect(verbsOf(one, HERE)).toEqual(here);
  expect(verbsOf(one, THERE)).toEqual(there);
  expect(verbsOf(one, '131016')).toEqual([]);
});

test('what waits for whom', () => {
  expect(groupOf(joint(CONSENTED, WAITING), HERE)).toBe('others');
  expect(groupOf(joint(CONSENTED, WAITING), THERE)).toBe('mine');
  expect(groupOf(joint(CONSENTED, CONSENTED), HERE)).toBe('mine');
  expect(groupOf(joint(CONSENTED, CONSENTED), THERE)).toBe('others');
  expect(groupOf(joint(CONSENTED, DECLINED, JointState.CLOSED), HERE)).toBe('closed');
  expect(groupOf(joint(CONSENTED, CONSENTED, JointState.MADE), HERE)).toBe('made');
});
