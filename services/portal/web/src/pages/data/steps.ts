import type { Abstraction } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import type { Statistic } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { type Snapshot, SnapshotState } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { Outcome, Tier, type Verdict } from '@oboro/gen/oboro/verification/v1/verification_pb';

export const STEPS = ['upload', 'settle', 'abstract', 'verify', 'table'] as const;
export type Step = (typeof STEPS)[number];
export type StepState = 'done' | 'now' | 'todo' | 'stopped';

/** What is to be done next, and about what. */
export type Next =
  | { kind: 'upload' | 'check' | 'settle' | 'abstract' | 'again' | 'none' }
  | { kind: 'verify'; abstraction: Abstraction }
  | { kind: 'mend'; verdict: Verdict }
  | { kind: 'table'; abstraction: Abstraction; verdict: Verdict }
  | { kind: 'statistics'; statistic: Statistic };

/** What was made of the snapshots of a tenant, newest first in each. */
export interface Chain {
  abstractions: readonly Abstraction[];
  verdicts: readonly Verdict[];
  statistics: readonly Statistic[];
}

export interface Way {
  states: Record<Step, StepState>;
  next: Next;
}

/** Whether a verdict lets anything out to any tier. */
export const opens = (verdict: Verdict): boolean =>
  verdict.tiers.some((tier) => tier.outcome === Outcome.PASS || tier.outcome === Outcome.WARN);

/** Its outcome for 庁内, which is the first that matters; else the first tier's. */
export const innerOutcome = (verdict: Verdict): Outcome =>
  (verdict.tiers.find((tier) => tier.tier === Tier.INTERNAL) ?? verdict.tiers[0])?.outcome ??
  Outcome.UNSPECIFIED;

const states = (now: number, word: StepState): Record<Step, StepState> =>
  Object.fromEntries(
    STEPS.map((step, index) => [step, index < now ? 'done' : index === now ? word : 'todo']),
  ) as Record<Step, StepState>;

/** How far a snapshot has come and what its next step is. */
export function wayOf(snapshot: Snapshot, chain: Chain): Way {
  const made = chain.abstractions.filter((abstraction) => abstraction.snapshot === snapshot.name);
  if (made.length > 0) return wayOfAbstractions(made, chain);
  switch (snapshot.state) {
    case SnapshotState.OPEN:
      return { states: states(0, 'now'), next: { kind: 'upload' } };
    case SnapshotState.CHECKING:
      return { states: states(1, 'now'), next: { kind: 'check' } };
    case SnapshotState.REVIEW:
      return { states: states(1, 'now'), next: { kind: 'settle' } };
    case SnapshotState.ACCEPTED:
      return { states: states(2, 'now'), next: { kind: 'abstract' } };
    case SnapshotState.REFUSED:
    case SnapshotState.RETURNED:
      return { states: states(1, 'stopped'), next: { kind: 'again' } };
    default:
      return { states: states(2, 'stopped'), next: { kind: 'none' } };
  }
}

function wayOfAbstractions(made: Abstraction[], chain: Chain): Way {
  const statistic = chain.statistics.find((candidate) =>
    made.some((abstraction) => abstraction.name === candidate.provenance?.abstraction),
  );
  if (statistic) return { states: states(5, 'done'), next: { kind: 'statistics', statistic } };
  for (const abstraction of made) {
    const verdict = chain.verdicts.find((candidate) => candidate.abstraction === abstraction.name);
    if (verdict && opens(verdict)) {
      return { states: states(4, 'now'), next: { kind: 'table', abstraction, verdict } };
    }
  }
  const newest = made[0]!;
  const verdict = chain.verdicts.find((candidate) => candidate.abstraction === newest.name);
  if (verdict) return { states: states(3, 'stopped'), next: { kind: 'mend', verdict } };
  return { states: states(3, 'now'), next: { kind: 'verify', abstraction: newest } };
}
