// What a table is called and where it comes from, apart from which service keeps it: a statistic, or a joint one.
import { CsvEncoding, StatisticService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import type { Statistic } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { useMemo } from 'react';
import { call, client, useCall } from '../../app/api';
import { useTenant } from '../../app/session';
import { type Language, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { statistics } from '../../i18n/statistics';
import type { CsvEncodingName } from '../../lib/csv';
import { readTable } from './figures';
import { candidatesByDate, sameFilters } from './model/dates';
import type { StatTable } from './model/table';
import { provenanceRows, sourceLine } from './provenance';

/** The same table of another 時点, read when a line over dates asks for it. */
export interface Dated {
  key: string;
  date: string;
  /** null: there was none after all. */
  read: (signal: AbortSignal) => Promise<StatTable | null>;
}

export interface Subject {
  title: string;
  /** 時点 */
  date: string;
  /** Title and value of all that a reader must know: as people of `shown` read it, or as it stands in a file. */
  provenance: (shown?: Language) => [string, string][];
  /** One line for the foot of a picture. */
  source: string;
  /** All cells, a row each, as a file. */
  whole: (encoding: CsvEncodingName) => Promise<BlobPart[]>;
  others: Dated[];
  othersPending: boolean;
}

const ENCODINGS: Record<CsvEncodingName, CsvEncoding> = {
  'utf-8-bom': CsvEncoding.UTF8_BOM,
  cp932: CsvEncoding.CP932,
};

async function exported(name: string, encoding: CsvEncodingName): Promise<BlobPart[]> {
  const parts: BlobPart[] = [];
  for await (const { data } of client(StatisticService).exportStatistic({
    name,
    encoding: ENCODINGS[encoding],
  })) {
    parts.push(data as Uint8Array<ArrayBuffer>);
  }
  return parts;
}

/** A statistic of one's own as a subject; `dated`: its other dates are wanted. */
export function useSubject(statistic: Statistic, dated: boolean): Subject {
  const t = useText(statistics);
  const c = useText(common);
  const tenant = useTenant();
  const list = useCall(
    StatisticService.method.listStatistics,
    { parent: tenant.name },
    { enabled: dated },
  );
  return useMemo(
    () => ({
      title: statistic.displayName,
      date: statistic.provenance?.referenceDate ?? '',
      provenance: (shown) => provenanceRows(statistic, t, c, shown),
      source: sourceLine(statistic),
      whole: (encoding) => exported(statistic.name, encoding),
      others: othersOf(statistic, list.data?.statistics ?? []),
      othersPending: dated && list.isPending,
    }),
    [statistic, t, c, list.data, list.isPending, dated],
  );
}

/** The same table at its other reference dates. */
function othersOf(statistic: Statistic, list: readonly Statistic[]): Dated[] {
  return [...candidatesByDate(statistic, list)].map(([date, candidates]) => ({
    key: `${statistic.name} ${candidates[0]!.name}`,
    date,
    read: async (signal) => {
      for (const { name } of candidates) {
        const { statistic: whole } = await call(
          StatisticService.method.getStatistic,
          { name },
          signal,
        );
        if (whole && sameFilters(statistic, whole)) return readTable(whole, signal);
      }
      return null;
    },
  }));
}
