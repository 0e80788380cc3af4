// One request at a time for each snapshot, whatever address it came by. The library's own locker spins while it waits.
import type { Lock, Locker } from '@tus/server';
import { ERRORS } from '@tus/server';

type Release = () => void | Promise<void>;

interface Held {
  requestRelease: Release;
  freed: Promise<void>;
  free: () => void;
}

export class SnapshotLocker implements Locker {
  readonly #held = new Map<string, Held>();

  constructor(
    readonly keyOf: (id: string) => string,
    /** What still runs of the one that is letting go. */
    readonly settled: (key: string) => Promise<void>,
    readonly timeoutMs = 30_000,
  ) {}

  newLock(id: string): Lock {
    const key = this.keyOf(id);
    let mine: Held | undefined;
    return {
      lock: async (signal: AbortSignal, requestRelease: Release) => {
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]);
        for (let other = this.#held.get(key); other; other = this.#held.get(key)) {
          await other.requestRelease();
          if (!(await freedBefore(other.freed, deadline))) throw ERRORS.ERR_LOCK_TIMEOUT;
        }
        let free = () => {};
        const freed = new Promise<void>((resolve) => (free = resolve));
        mine = { requestRelease, freed, free };
        this.#held.set(key, mine);
      },
      unlock: async () => {
        await this.settled(key);
        if (mine && this.#held.get(key) === mine) this.#held.delete(key);
        mine?.free();
      },
    };
  }
}

function freedBefore(freed: Promise<void>, deadline: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const late = () => resolve(false);
    if (deadline.aborted) return late();
    deadline.addEventListener('abort', late, { once: true });
    void freed.then(() => {
      deadline.removeEventListener('abort', late);
      resolve(true);
    });
  });
}
