import type { Ends } from './session-store';

/** Longer than the two minutes that people are promised: timers of a tab in the background run once a minute. */
const WARN_IDLE_MS = 180_000;
/** Of the absolute end people are told twice. */
const WARN_WHOLE_MS = [600_000, 120_000] as const;
const LONGEST_MS = 2 ** 31 - 1;

export interface Warning {
  /** The session ends soon unless somebody goes on. */
  idle: boolean;
  /** The session ends soon whatever is done: 1 soon, 2 very soon. */
  whole: 0 | 1 | 2;
  /** Milliseconds until this may change. */
  next: number;
}

/** How long before the end of a session that may be idle so long the warning comes. */
export const idleWarning = (idleSeconds: number): number =>
  Math.min(WARN_IDLE_MS, idleSeconds * 500);

/** What a person must be told at NOW. */
export function warningAt(ends: Ends, now: number): Warning {
  const [early, late] = WARN_WHOLE_MS;
  const wholeLeft = ends.whole - now;
  const whole = wholeLeft <= late ? 2 : wholeLeft <= early ? 1 : 0;
  // Where the absolute end comes first, going on would prolong nothing.
  const prolongable = ends.idle < ends.whole;
  const untilIdle = prolongable
    ? ends.idle - idleWarning(ends.idleSeconds) - now
    : Number.POSITIVE_INFINITY;
  const idle = untilIdle <= 0;
  const next = idle || whole ? 1000 : Math.min(untilIdle, wholeLeft - early, LONGEST_MS);
  return { idle, whole, next };
}
