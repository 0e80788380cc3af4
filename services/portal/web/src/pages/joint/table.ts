// The cells of a joint statistic, as the explorer holds them.
import { JointService } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { call } from '../../app/api';
import { type CsvEncodingName, encodeCsv } from '../../lib/csv';
import {
  cellIndex,
  emptyTable,
  putCells,
  shownAt,
  type StatTable,
} from '../statistics/model/table';
import { labelOf, type Names } from './municipalities';

/** The column that the service puts before the others. */
const MUNICIPALITY = '団体';

/** Reads it; municipalities get their names beside their codes. */
export async function readJoint(
  name: string,
  names: Names,
  signal?: AbortSignal,
): Promise<{ table: StatTable; evidence: string }> {
  const { dimensions, cells, evidenceJson } = await call(
    JointService.method.readJointStatistic,
    { name },
    signal,
  );
  const table = emptyTable({ dimensions: dimensions.map((one) => named(one, names)) });
  putCells(table, cells);
  return { table, evidence: evidenceJson };
}

function named<D extends { column: string; members: string[] }>(dimension: D, names: Names): D {
  if (dimension.column !== MUNICIPALITY) return dimension;
  const members = dimension.members.map((label) =>
    /^\d{6}$/.test(label) ? labelOf(label, names) : label,
  );
  return { ...dimension, members };
}

/** A row a cell: the members, the value, X where suppressed; as the service writes statistics. */
export function wholeCsv(table: StatTable, encoding: CsvEncodingName): BlobPart[] {
  const rows: string[][] = [[...table.axes.map(({ column }) => column), 'value', 'status']];
  const place = table.axes.map(() => 0);
  for (;;) {
    const shown = shownAt(table, cellIndex(table, place));
    const labels = table.axes.map((axis, d) => axis.members[place[d]!]!);
    rows.push(shown.kind === 'value' ? [...labels, String(shown.value), ''] : [...labels, '', 'X']);
    let d = place.length - 1;
    while (d >= 0 && (place[d] = place[d]! + 1) === table.axes[d]!.members.length) {
      place[d] = 0;
      d -= 1;
    }
    if (d < 0) return [encodeCsv(rows, encoding).bytes];
  }
}
