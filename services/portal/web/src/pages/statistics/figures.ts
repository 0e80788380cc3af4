// Cells of a statistic, read once and kept: a statistic never changes.
import { useQuery } from '@tanstack/react-query';
import { StatisticService, type Statistic } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { client } from '../../app/api';
import { emptyTable, putCells, type StatTable } from './model/table';

export async function readTable(statistic: Statistic, signal?: AbortSignal): Promise<StatTable> {
  const table = emptyTable(statistic);
  const options = signal ? { signal } : {};
  for await (const { cells } of client(StatisticService).readStatistic(
    { name: statistic.name },
    options,
  )) {
    putCells(table, cells);
  }
  return table;
}

export function useTable(statistic: Statistic | undefined) {
  return useQuery({
    queryKey: [StatisticService.typeName, 'cells', statistic?.name],
    queryFn: ({ signal }) => readTable(statistic!, signal),
    enabled: statistic !== undefined,
    staleTime: Infinity,
    retry: 1,
  });
}
