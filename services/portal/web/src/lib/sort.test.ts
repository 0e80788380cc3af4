import { expect, it } from 'vitest';
import { sortRows } from './sort';

it('sorts words in Japanese order with numbers by size, and what is missing last in both directions', () => {
  const rows = ['10丁目', '', '2丁目', '1丁目'];
  expect(sortRows(rows, (row) => row, true)).toEqual(['1丁目', '2丁目', '10丁目', '']);
  expect(sortRows(rows, (row) => row, false)).toEqual(['10丁目', '2丁目', '1丁目', '']);
  expect(sortRows([3n, 1n, 2n], (row) => row, true)).toEqual([1n, 2n, 3n]);
});
