import { CellStatus } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { expect, test } from 'vitest';
import { emptyTable, putCells } from '../statistics/model/table';
import { wholeCsv } from './table';

test('every cell is a row of the file, a suppressed one without a number', () => {
  const dimension = (column: string, members: string[]) => ({ column, members, parents: [] });
  const table = emptyTable({
    dimensions: [
      dimension('団体', ['082201 つくば市', '計']),
      dimension('sex', ['女', '男', '計']),
    ],
  } as never);
  const cell = (members: number[], value?: number) => ({
    members,
    status: value === undefined ? CellStatus.SUPPRESSED : CellStatus.VALUE,
    ...(value === undefined ? {} : { value: BigInt(value) }),
  });
  putCells(table, [
    cell([0, 0], 12),
    cell([0, 1]),
    cell([0, 2]),
    cell([1, 0], 30),
    cell([1, 1], 0),
    cell([1, 2]),
  ] as never);
  const [bytes] = wholeCsv(table, 'utf-8-bom');
  expect(new TextDecoder().decode(bytes as Uint8Array<ArrayBuffer>)).toBe(
    [
      '団体,sex,value,status',
      '082201 つくば市,女,12,',
      '082201 つくば市,男,,X',
      '082201 つくば市,計,,X',
      '計,女,30,',
      '計,男,0,',
      '計,計,,X',
      '',
    ].join('\r\n'),
  );
});
