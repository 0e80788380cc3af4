import { AbstractionService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { StatisticService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { DepartmentService, Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import {
  DatasetService,
  SnapshotService,
  SnapshotState,
  type Snapshot,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { VerificationService } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useMemo } from 'react';
import { useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import type { Chain } from './steps';

/** Those who read lists about data; the administrator sees datasets only. */
export const READERS = [Role.STEWARD, Role.ANALYST, Role.PRIVACY_OFFICER, Role.AUDITOR];

export const useDatasets = () =>
  useCall(DatasetService.method.listDatasets, { parent: useTenant().name });

export const useDepartments = () =>
  useCall(
    DepartmentService.method.listDepartments,
    { parent: useTenant().name },
    { staleTime: 60_000 },
  );

/** The display name of a department by its resource name. */
export function useDepartmentName(): (name: string) => string {
  const departments = useDepartments().data?.departments;
  return useMemo(() => {
    const names = new Map(departments?.map((item) => [item.name, item.displayName]));
    return (name: string) => names.get(name) ?? name.slice(name.lastIndexOf('/') + 1);
  }, [departments]);
}

const busy = (snapshot: Snapshot) => snapshot.state === SnapshotState.CHECKING;

/** Snapshots of a dataset, newest first; asked for again while one is being checked. */
export function useSnapshots(dataset: string) {
  const { has } = useRoles();
  return useCall(
    SnapshotService.method.listSnapshots,
    { parent: dataset },
    {
      enabled: Boolean(dataset) && has(...READERS),
      refetchInterval: (data) => (data?.snapshots.some(busy) ? 3_000 : false),
    },
  );
}

/** All that was made of snapshots: three lists, asked for side by side. */
export function useChain(): {
  chain: Chain;
  pending: boolean;
  error: Error | null;
  retry: () => void;
} {
  const parent = useTenant().name;
  const { has } = useRoles();
  const enabled = has(...READERS);
  const abstractions = useCall(AbstractionService.method.listAbstractions, { parent }, { enabled });
  const verdicts = useCall(VerificationService.method.listVerdicts, { parent }, { enabled });
  const statistics = useCall(StatisticService.method.listStatistics, { parent }, { enabled });
  const chain = useMemo(
    () => ({
      abstractions: abstractions.data?.abstractions ?? [],
      verdicts: verdicts.data?.verdicts ?? [],
      statistics: statistics.data?.statistics ?? [],
    }),
    [abstractions.data, verdicts.data, statistics.data],
  );
  return {
    chain,
    pending: enabled && (abstractions.isPending || verdicts.isPending || statistics.isPending),
    error: abstractions.error ?? verdicts.error ?? statistics.error,
    retry: () => {
      void abstractions.refetch();
      void verdicts.refetch();
      void statistics.refetch();
    },
  };
}
