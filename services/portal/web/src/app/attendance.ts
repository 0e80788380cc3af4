/** How long after the last key or pointer somebody still counts as sitting before the page. */
const ATTENDED_MS = 60_000;

let last = Date.now();

for (const event of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'])
  globalThis.addEventListener?.(event, () => (last = Date.now()), { capture: true, passive: true });

/** Whether somebody used the page a moment ago. */
export const isAttended = (now = Date.now(), within = ATTENDED_MS): boolean => now - last < within;
