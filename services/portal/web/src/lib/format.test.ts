import { expect, it } from 'vitest';
import { formatBytes, formatDuration, formatNumber, idOf, partOf, RESOURCE_ID } from './format';

it('shows figures with separators and units', () => {
  expect(formatNumber(1234567n)).toBe('1,234,567');
  expect(formatBytes(999)).toBe('999 B');
  expect(formatBytes(1_234_567)).toBe('1.2 MB');
  expect(formatDuration(125, 'ja')).toBe('2分5秒');
  expect(formatDuration(3_840, 'en')).toBe('1 h 4 min');
});

it('takes resource names apart', () => {
  const name = 'tenants/a/datasets/b/snapshots/c';
  expect(idOf(name)).toBe('c');
  expect(partOf(name, 'datasets')).toBe('b');
  expect(partOf(name, 'releases')).toBe('');
  expect(RESOURCE_ID.test('resident-register')).toBe(true);
  expect(RESOURCE_ID.test('Resident')).toBe(false);
});
