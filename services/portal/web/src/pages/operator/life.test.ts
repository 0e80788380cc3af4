import { TenantState } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { describe, expect, it } from 'vitest';
import { verbsFor, wholeNumber } from './life';

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
