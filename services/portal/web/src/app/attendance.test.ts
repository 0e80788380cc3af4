import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a page is attended for a minute after it was used', async () => {
  const target = new EventTarget();
  Object.assign(globalThis, { addEventListener: target.addEventListener.bind(target) });
  const { isAttended } = await import('./attendance');
  const opened = Date.now();
  expect(isAttended(opened)).toBe(true);
  expect(isAttended(opened + 61_000)).toBe(false);
  vi.setSystemTime(opened + 120_000);
  target.dispatchEvent(new Event('keydown'));
  expect(isAttended(opened + 150_000)).toBe(true);
  expect(isAttended(opened + 181_000)).toBe(false);
});
