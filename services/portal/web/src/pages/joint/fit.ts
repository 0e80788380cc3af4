// Which data of one's own a joint statistic can be proposed or consented with.
import type { Abstraction } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import type { JointProposal } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { Tier, type Verdict } from '@oboro/gen/oboro/verification/v1/verification_pb';
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
