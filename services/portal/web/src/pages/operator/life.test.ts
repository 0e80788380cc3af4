import { TenantState } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { describe, expect, it } from 'vitest';
import { bytesOf, gigabytesText, verbsFor, wholeNumber } from './life';

describe('the life of a tenant', () => {
  it('offers what the gate allows', () => {
    expect(verbsFor(TenantState.ACTIVE)).toEqual(['suspend', 'seal', 'shred']);
    expect(verbsFor(TenantState.SUSPENDED)).toEqual(['resume', 'seal', 'shred']);
    expect(verbsFor(TenantState.SEALED)).toEqual(['resume', 'shred']);
    expect(verbsFor(TenantState.SHREDDED)).toEqual([]);
  });

  it('reads numbers as people write them', () => {
    expect(wholeNumber('１０，０００')).toBe(10_000n);
    expect(wholeNumber('1,000,000')).toBe(1_000_000n);
    for (const bad of ['', '-1', '1.5', '10GB']) expect(wholeNumber(bad)).toBeNull();
  });
});

it('shows a quota in gigabytes and reads it back', () => {
  expect(gigabytesText(68_719_476_736n)).toBe('68.719');
  expect(gigabytesText(100_000_000_000n)).toBe('100');
  expect(gigabytesText(1_500_000_000_000n)).toBe('1,500');
  expect(bytesOf('６８.7')).toBe(68_700_000_000n);
  expect(bytesOf('1,500')).toBe(1_500_000_000_000n);
  for (const wrong of ['', '0', '-1', '1.2345', 'many']) expect(bytesOf(wrong)).toBeNull();
});
