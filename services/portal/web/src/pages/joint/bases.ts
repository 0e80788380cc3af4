// Data of one's own that a joint statistic can be proposed or consented with.
import type { Abstraction } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { AbstractionService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import type { JointProposal } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import {
  Tier,
  type Verdict,
  VerificationService,
} from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useMemo } from 'react';
import { useCall } from '../../app/api';
import { useTenant } from '../../app/session';
import { idOf, partOf } from '../../lib/format';
import { useDatasets } from '../data/queries';
import { openTiers, usableVerdicts } from '../statistics/model/draft';

export interface Basis {
  abstraction: Abstraction;
  /** Newest that lets it out to the joint tier. */
  verdict: Verdict | undefined;
}

/** Abstractions, newest first, each with the verdict that opens the joint tier to it. */
export function basesOf(
  abstractions: readonly Abstraction[],
  verdicts: readonly Verdict[],
): Basis[] {
  const open = usableVerdicts(verdicts).filter((one) => openTiers(one).includes(Tier.JOINT));
  return abstractions.map((abstraction) => ({
    abstraction,
    verdict: open.find((one) => one.abstraction === abstraction.name),
  }));
}

export type Missing = 'date' | 'columns' | 'verdict';

/** What fits a proposal; where nothing does, the first thing that is missing. */
export function fitting(
  bases: readonly Basis[],
  proposal: Pick<JointProposal, 'referenceDate' | 'axes'>,
): { fit: Required<Basis>[]; missing: Missing | null } {
  const wanted = proposal.axes.flatMap(({ column, within }) => [column, ...within]);
  const dated = bases.filter(
    ({ abstraction }) => abstraction.referenceDate === proposal.referenceDate,
  );
  const shaped = dated.filter(({ abstraction }) => {
    const names = new Set(abstraction.columns.map(({ name }) => name));
    return wanted.every((name) => names.has(name));
  });
  const fit = shaped.flatMap(({ abstraction, verdict }) =>
    verdict ? [{ abstraction, verdict }] : [],
  );
  if (fit.length > 0) return { fit, missing: null };
  const missing = dated.length === 0 ? 'date' : shaped.length === 0 ? 'columns' : 'verdict';
  return { fit, missing };
}

/** All of them, and the names of their datasets. */
export function useBases(enabled: boolean) {
  const parent = useTenant().name;
  const abstractions = useCall(AbstractionService.method.listAbstractions, { parent }, { enabled });
  const verdicts = useCall(VerificationService.method.listVerdicts, { parent }, { enabled });
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
