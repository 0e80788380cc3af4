import { create } from '@bufbuild/protobuf';
import {
  FindingCountSchema,
  FindingSchema,
  Settlement,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { expect, it } from 'vitest';
import { portionsOf, settlementWord, waitingPortions } from './model';

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

it('asks for what waits and leaves decided findings alone, as far as they can be named', async () => {
  const count = (rule: string, all: bigint, open: bigint) =>
    create(FindingCountSchema, { rule, count: all, open });
  const counts = [count('NEW', 5n, 5n), count('PART', 3n, 1n), count('DONE', 2n, 0n)];
  const openOf = (rule: string) =>
    Promise.resolve([create(FindingSchema, { rule, row: 7n, column: 'x' })]);
  expect(await waitingPortions(counts, '', openOf)).toEqual({
    portions: [
      { rule: 'NEW', rows: [] },
      { rule: 'PART', rows: [7n] },
    ],
    replaced: [],
  });
  // Decided already: deciding it anew is meant. More waiting than listed: all of it, and it is told.
  expect(await waitingPortions(counts, 'DONE', openOf)).toEqual({
    portions: [{ rule: 'DONE', rows: [] }],
    replaced: ['DONE'],
  });
  expect(await waitingPortions([count('LONG', 900n, 899n)], '', openOf)).toEqual({
    portions: [{ rule: 'LONG', rows: [] }],
    replaced: ['LONG'],
  });
});

it('tells what nobody was asked about from what waits', () => {
  expect(settlementWord(Settlement.UNSPECIFIED)).toBe('notAsked');
  expect(settlementWord(Settlement.OPEN)).toBe('open');
  expect(settlementWord(Settlement.EXCLUDED)).toBe('excluded');
});
