import {
  type Abstraction,
  AbstractionService,
} from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import {
  type Verdict,
  VerificationService,
} from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useCallback, useMemo } from 'react';
import { useCall } from '../../app/api';
import { useTenant } from '../../app/session';
import { idOf, partOf } from '../../lib/format';
import { useDatasets } from '../data/queries';

/** What a verdict is about, in words. */
export interface Source {
  abstraction: Abstraction | undefined;
  /** The dataset's display name, its id when that is not known; empty without an abstraction. */
  title: string;
  dataset: string;
  snapshot: string;
  /** 時点 */
  date: string;
}

/** The verdicts, and what each is about. */
export function useSources() {
  const parent = useTenant().name;
  const verdicts = useCall(VerificationService.method.listVerdicts, { parent });
  const abstractions = useCall(AbstractionService.method.listAbstractions, { parent });
  const datasets = useDatasets();
  const titles = useMemo(
    () => new Map(datasets.data?.datasets.map((item) => [idOf(item.name), item.displayName])),
    [datasets.data],
  );
  const list = abstractions.data?.abstractions;
  const sourceOf = useCallback(
    (verdict: Pick<Verdict, 'abstraction'>): Source => {
      const abstraction = list?.find((item) => item.name === verdict.abstraction);
      const snapshot = abstraction?.snapshot ?? '';
      const dataset = partOf(snapshot, 'datasets');
      return {
        abstraction,
        dataset,
        snapshot: partOf(snapshot, 'snapshots'),
        title: titles.get(dataset) ?? dataset,
        date: abstraction?.referenceDate ?? '',
      };
    },
    [list, titles],
  );
  return {
    verdicts: verdicts.data?.verdicts ?? [],
    sourceOf,
    pending: verdicts.isPending || abstractions.isPending,
    error: verdicts.error ?? abstractions.error,
    retry: () => {
      void verdicts.refetch();
      void abstractions.refetch();
    },
  };
}
