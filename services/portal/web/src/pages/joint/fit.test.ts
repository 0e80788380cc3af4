import { create } from '@bufbuild/protobuf';
import { AbstractionSchema } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { AxisSchema } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Outcome, Tier, VerdictSchema } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { expect, test } from 'vitest';
import { basesOf, fitting } from './fit';

const abstraction = (name: string, referenceDate: string, ...columns: string[]) =>
  create(AbstractionSchema, { name, referenceDate, columns: columns.map((c) => ({ name: c })) });
const verdict = (name: string, about: string, joint: Outcome) =>
  create(VerdictSchema, {
    name,
    abstraction: about,
    policy: 'default',
    tiers: [
      { tier: Tier.INTERNAL, outcome: Outcome.WARN },
      { tier: Tier.JOINT, outcome: joint },
    ],
  });
const proposal = {
  referenceDate: '2026-04-01',
  axes: [create(AxisSchema, { column: 'town', within: ['ward'] })],
};

const spring = abstraction('a', '2026-04-01', 'town', 'ward', 'sex');
const autumn = abstraction('b', '2026-10-01', 'town', 'ward');
const narrow = abstraction('c', '2026-04-01', 'town');

test('data of the date with the columns and a verdict for the joint tier', () => {
  const bases = basesOf(
    [autumn, spring, narrow],
    // Newest first: an older refusal does not count, an older pass under the same policy neither.
    [
      verdict('3', 'a', Outcome.PASS),
      verdict('2', 'a', Outcome.REFUSE),
      verdict('1', 'b', Outcome.PASS),
    ],
  );
  const { fit, missing } = fitting(bases, proposal);
  expect(fit.map((one) => [one.abstraction.name, one.verdict?.name])).toEqual([['a', '3']]);
  expect(missing).toBeNull();
});

test.each([
  ['date', [autumn], []],
  ['columns', [autumn, narrow], []],
  [
    'verdict',
    [spring, narrow],
    [verdict('2', 'a', Outcome.REFUSE), verdict('1', 'a', Outcome.PASS)],
  ],
])('the first thing that is missing: %s', (missing, abstractions, verdicts) => {
  expect(fitting(basesOf(abstractions, verdicts), proposal)).toEqual({ fit: [], missing });
});
