import { describe, expect, it } from 'vitest';
import { detailsOf, resourceOf } from './event';

describe('an event of the audit chain', () => {
  it('is about the innermost resource', () => {
    expect(resourceOf('tenants/a/datasets/b/snapshots/c')).toEqual({
      kind: 'snapshots',
      id: 'datasets/b/snapshots/c',
    });
    expect(resourceOf('tenants/a')).toEqual({ kind: 'tenants', id: '' });
    expect(resourceOf('')).toEqual({ kind: '', id: '' });
  });

  it('tells its figures with separators, names without the tenant, and nothing empty', () => {
    const json = JSON.stringify({
      records: 88961,
      verdict: 'tenants/a/verdicts/v',
      profile: '',
      dataset: 'tenants/a/datasets/b',
      columns: ['town', 'sex'],
    });
    expect(detailsOf(json)).toEqual([
      { key: 'records', value: '88,961' },
      { key: 'verdict', value: 'verdicts/v' },
      { key: 'columns', value: '["town","sex"]' },
    ]);
    expect(detailsOf('')).toEqual([]);
    expect(detailsOf('{broken')).toEqual([{ key: '', value: '{broken' }]);
  });
});
