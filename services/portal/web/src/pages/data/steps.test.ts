import { create } from '@bufbuild/protobuf';
import { AbstractionSchema } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { StatisticSchema } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { SnapshotSchema, SnapshotState } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { Outcome, Tier, VerdictSchema } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { describe, expect, it } from 'vitest';
import { type Chain, wayOf } from './steps';

const name = 'tenants/t/datasets/d/snapshots/s';
const snapshot = (state: SnapshotState) => create(SnapshotSchema, { name, state });
const abstraction = create(AbstractionSchema, { name: 'tenants/t/abstractions/a', snapshot: name });
const verdict = (outcome: Outcome) =>
  create(VerdictSchema, {
    abstraction: abstraction.name,
    tiers: [{ tier: Tier.INTERNAL, outcome }],
  });
const chain = (change: Partial<Chain> = {}): Chain => ({
  abstractions: [],
  verdicts: [],
  statistics: [],
  ...change,
});

describe('the next step of a snapshot', () => {
  it.each([
    [SnapshotState.OPEN, 'upload'],
    [SnapshotState.CHECKING, 'check'],
    [SnapshotState.REVIEW, 'settle'],
    [SnapshotState.ACCEPTED, 'abstract'],
    [SnapshotState.REFUSED, 'again'],
    [SnapshotState.RETURNED, 'again'],
    [SnapshotState.DESTROYED, 'none'],
  ])('of state %s is %s', (state, kind) =>
    expect(wayOf(snapshot(state), chain()).next.kind).toBe(kind),
  );

  // Its own data is destroyed once it is abstracted: the way goes on with the abstraction.
  const gone = snapshot(SnapshotState.DESTROYED);
  it('goes on with the abstraction of a destroyed snapshot', () => {
    expect(wayOf(gone, chain({ abstractions: [abstraction] })).next.kind).toBe('verify');
    const warned = chain({ abstractions: [abstraction], verdicts: [verdict(Outcome.WARN)] });
    expect(wayOf(gone, warned).next.kind).toBe('table');
    expect(wayOf(gone, warned).states.verify).toBe('done');
    const refused = chain({ abstractions: [abstraction], verdicts: [verdict(Outcome.REFUSE)] });
    expect(wayOf(gone, refused).next.kind).toBe('mend');
    expect(wayOf(gone, refused).states.verify).toBe('stopped');
  });

  it('ends at the statistic, and takes no abstraction of another snapshot for its own', () => {
    const statistic = create(StatisticSchema, { provenance: { abstraction: abstraction.name } });
    const all = chain({ abstractions: [abstraction], statistics: [statistic] });
    expect(wayOf(gone, all).next.kind).toBe('statistics');
    const other = create(SnapshotSchema, { name: `${name}2`, state: SnapshotState.ACCEPTED });
    expect(wayOf(other, all).next.kind).toBe('abstract');
  });
});
