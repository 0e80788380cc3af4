import { type Snapshot, SnapshotService } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../../app/api';
import { useRoles } from '../../app/session';
import { READERS, useDatasets } from '../data/queries';

/** The snapshots of every dataset, under the keys that useCall gives them, so that pages share the answers. */
export function useAllSnapshots() {
  const { has } = useRoles();
  const enabled = has(...READERS);
  const datasets = useDatasets();
  const method = SnapshotService.method.listSnapshots;
  const answers = useQueries({
    queries: (datasets.data?.datasets ?? []).map(({ name }) => {
      const input = { parent: name };
      return {
        queryKey: [method.parent.typeName, method.name, JSON.stringify(input)],
        queryFn: ({ signal }: { signal: AbortSignal }) => call(method, input, signal),
        enabled,
        refetchInterval: 15_000,
      };
    }),
    combine: (results) => ({
      lists: results.map((result) => result.data?.snapshots),
      pending: enabled && results.some((result) => result.isPending),
      error: results.find((result) => result.error)?.error ?? null,
      retry: () => results.forEach((result) => void result.refetch()),
    }),
  });
  const { lists } = answers;
  const snapshots = useMemo(() => lists.flatMap((list): Snapshot[] => list ?? []), [lists]);
  return {
    datasets: datasets.data?.datasets ?? [],
    snapshots,
    pending: answers.pending || datasets.isPending,
    error: datasets.error ?? answers.error,
    retry: () => {
      void datasets.refetch();
      answers.retry();
    },
  };
}
