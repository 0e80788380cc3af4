// Data of one's own, with the verdicts about it.
import type { Abstraction } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { AbstractionService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { VerificationService } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useMemo } from 'react';
import { useCall } from '../../app/api';
import { useTenant } from '../../app/session';
import { idOf, partOf } from '../../lib/format';
import { useDatasets } from '../data/queries';
import { basesOf } from './fit';

/** All of them, and the names of their datasets. */
export function useBases() {
  const parent = useTenant().name;
  const abstractions = useCall(AbstractionService.method.listAbstractions, { parent });
  const verdicts = useCall(VerificationService.method.listVerdicts, { parent });
  const datasets = useDatasets();
  const bases = useMemo(
    () => basesOf(abstractions.data?.abstractions ?? [], verdicts.data?.verdicts ?? []),
    [abstractions.data, verdicts.data],
  );
  const titleOf = (abstraction: Abstraction | undefined): string => {
    const id = partOf(abstraction?.snapshot ?? '', 'datasets');
    return datasets.data?.datasets.find(({ name }) => idOf(name) === id)?.displayName ?? id;
  };
  return {
    bases,
    titleOf,
    ready: Boolean(abstractions.data && verdicts.data && datasets.data),
    error: abstractions.error ?? verdicts.error ?? datasets.error,
  };
}
