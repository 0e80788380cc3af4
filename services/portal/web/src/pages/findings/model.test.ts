import { create } from '@bufbuild/protobuf';
import {
  FindingCountSchema,
  FindingSchema,
  Settlement,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { expect, it } from 'vitest';
import { decided, portionsOf, settlementWord, waiting } from './model';

it('makes one call a rule, with each row once, so that nothing else is settled', () => {
  const finding = (row: bigint, rule: string, column: string) =>
    create(FindingSchema, { row, rule, column });
  expect(
    portionsOf([
      finding(1n, 'A', 'x'),
      finding(1n, 'A', 'y'),
      finding(2n, 'B', 'x'),
      finding(3n, 'A', 'x'),
    ]),
  ).toEqual([
    { rule: 'A', rows: [1n, 3n] },
    { rule: 'B', rows: [2n] },
  ]);
});

it('counts what waits and what was decided, of a rule and of all', () => {
  const counts = [
    create(FindingCountSchema, { rule: 'NEW', count: 5n, open: 5n }),
    create(FindingCountSchema, { rule: 'PART', count: 6n, open: 1n, accepted: 2n, excluded: 3n }),
    create(FindingCountSchema, { rule: 'DONE', count: 2n, returned: 2n }),
    // Alerts that nobody was asked about.
    create(FindingCountSchema, { rule: 'QUIET', count: 9n }),
  ];
  expect([waiting(counts, ''), decided(counts, '')]).toEqual([6n, 7n]);
  expect([waiting(counts, 'PART'), decided(counts, 'PART')]).toEqual([1n, 5n]);
  expect([waiting(counts, 'QUIET'), decided(counts, 'QUIET')]).toEqual([0n, 0n]);
});

it('tells what nobody was asked about from what waits', () => {
  expect(settlementWord(Settlement.UNSPECIFIED)).toBe('notAsked');
  expect(settlementWord(Settlement.OPEN)).toBe('open');
  expect(settlementWord(Settlement.EXCLUDED)).toBe('excluded');
});
