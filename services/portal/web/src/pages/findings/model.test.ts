import { create } from '@bufbuild/protobuf';
import { FindingSchema } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { expect, it } from 'vitest';
import { portionsOf } from './model';

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
