import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { formatNumber } from '../lib/format';
import type { TableColumn } from './DataTable';
import { TimeText } from './DateText';

/** A column of counts, sorted by them. */
export const countColumn = <R,>(
  key: string,
  header: string,
  of: (row: R) => number | bigint,
): TableColumn<R> => ({
  key,
  header,
  numeric: true,
  sort: (row) => Number(of(row)),
  cell: (row) => formatNumber(of(row)),
});

/** A column of times, sorted by them; rows without one are the earliest. */
export const timeColumn = <R,>(
  key: string,
  header: string,
  of: (row: R) => Timestamp | undefined,
): TableColumn<R> => ({
  key,
  header,
  sort: (row) => {
    const time = of(row);
    return time ? timestampDate(time).getTime() : 0;
  },
  cell: (row) => <TimeText time={of(row)} />,
});
