import { create } from '@bufbuild/protobuf';
import { SnapshotSchema, SnapshotState } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { describe, expect, it } from 'vitest';
import { currentOf, pathOf } from './tasks';

const snapshot = (id: string, date: string, state: SnapshotState, seconds: bigint) =>
  create(SnapshotSchema, {
    name: `tenants/t/datasets/d/snapshots/${id}`,
    referenceDate: date,
    state,
    createTime: { seconds },
  });

describe('what waits', () => {
  it('is of each reference date the snapshot received last, decisions first', () => {
    const current = currentOf([
      snapshot('a', '2026-01-01', SnapshotState.REFUSED, 1n),
      snapshot('b', '2026-01-01', SnapshotState.ACCEPTED, 2n),
      snapshot('c', '2026-02-01', SnapshotState.REVIEW, 3n),
    ]);
    expect(current.map(({ name }) => name.at(-1))).toEqual(['c', 'b']);
  });
  it('leads to the page of its resource', () => {
    expect(pathOf('tenants/t/datasets/d/snapshots/s')).toEqual(['data', 'd']);
    expect(pathOf('tenants/t/abstractions/a')).toEqual(['abstractions', 'a']);
    expect(pathOf('tenants/t/keys/1')).toBeNull();
  });
});
