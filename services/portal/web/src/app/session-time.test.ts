import { expect, test } from 'vitest';
import { warningAt } from './session-time';

const MINUTE = 60_000;
const ends = { idle: 30 * MINUTE, whole: 480 * MINUTE, idleSeconds: 1800, asked: 0 };

test('of the idle end people are told at least two minutes before, also by a timer that is a minute late', () => {
  const { next, ...first } = warningAt(ends, 0);
  expect(first).toEqual({ idle: false, whole: 0 });
  expect(ends.idle - (next + MINUTE)).toBeGreaterThanOrEqual(2 * MINUTE);
  expect(warningAt(ends, next - 1).idle).toBe(false);
  expect(warningAt(ends, next).idle).toBe(true);
});

test('of the absolute end people are told ten minutes and two minutes before', () => {
  const late = { ...ends, idle: ends.whole };
  const at = (minutesLeft: number) => warningAt(late, ends.whole - minutesLeft * MINUTE);
  expect(at(10.1)).toMatchObject({ idle: false, whole: 0 });
  expect(at(10)).toMatchObject({ idle: false, whole: 1 });
  expect(at(2)).toMatchObject({ idle: false, whole: 2 });
  expect(warningAt(late, 0).next).toBe(470 * MINUTE);
});

test('nobody is offered to go on where that would prolong nothing', () => {
  const last = { ...ends, idle: 60 * MINUTE, whole: 60 * MINUTE };
  expect(warningAt(last, 58 * MINUTE)).toMatchObject({ idle: false, whole: 2 });
  const nearly = { ...ends, idle: 59 * MINUTE, whole: 60 * MINUTE };
  expect(warningAt(nearly, 58 * MINUTE)).toMatchObject({ idle: true, whole: 2 });
});

test('a session of a few seconds warns in its second half', () => {
  const short = { idle: 20_000, whole: 20 * MINUTE, idleSeconds: 20, asked: 0 };
  expect(warningAt(short, 9_999).idle).toBe(false);
  expect(warningAt(short, 10_000).idle).toBe(true);
});
