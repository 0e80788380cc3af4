import type { Snapshot } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { SnapshotState } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { partOf } from '../../lib/format';

/**
 * The snapshots that still matter: of each 時点 of a dataset the one received last, since a returned or refused file that
 * was sent again waits for nobody.
 */
export function currentOf(snapshots: readonly Snapshot[]): Snapshot[] {
  const latest = new Map<string, Snapshot>();
  const received = (snapshot: Snapshot) => snapshot.createTime?.seconds ?? 0n;
  for (const snapshot of snapshots) {
    const key = `${partOf(snapshot.name, 'datasets')} ${snapshot.referenceDate}`;
    const known = latest.get(key);
    if (!known || received(snapshot) > received(known)) latest.set(key, snapshot);
  }
  return [...latest.values()].toSorted((a, b) => urgency(a) - urgency(b));
}

const ORDER = [
  SnapshotState.REVIEW,
  SnapshotState.RETURNED,
  SnapshotState.REFUSED,
  SnapshotState.OPEN,
  SnapshotState.ACCEPTED,
  SnapshotState.DESTROYED,
];

/** What a person must decide comes first, what only goes on after it. */
const urgency = (snapshot: Snapshot): number => {
  const at = ORDER.indexOf(snapshot.state);
  return at < 0 ? ORDER.length : at;
};

/** A path inside the tenant for the resource that work is about; null where it has no page. */
export function pathOf(name: string): string[] | null {
  const id = (collection: string) => partOf(name, collection);
  if (id('abstractions')) return ['abstractions', id('abstractions')];
  if (id('verdicts')) return ['verdicts', id('verdicts')];
  if (id('statistics')) return ['statistics', id('statistics')];
  if (id('jointStatistics')) return ['joint', id('jointStatistics')];
  if (id('datasets')) return ['data', id('datasets')];
  return null;
}
