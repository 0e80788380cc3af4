import { timestampDate } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { NO_FILTER, personOf, readFilter, toQuery, withoutTenant, writeFilter } from './filter';

describe('the filter of the audit page', () => {
  it('goes into the URL and comes back', () => {
    const filter = {
      action: 'EXPORT_STATISTIC',
      actor: 'analyst',
      resource: 'statistics/x',
      since: '2026-04-01',
      until: '2026-04-30',
      oldestFirst: true,
    };
    expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter);
    expect(writeFilter(NO_FILTER)).toEqual({});
    expect(readFilter(new URLSearchParams('since=yesterday')).since).toBe('');
  });

  it('asks from midnight to midnight in Japan, the last day included', () => {
    const query = toQuery({ ...NO_FILTER, since: '2026-04-01', until: '2026-04-01' }, 'tenants/t');
    expect(timestampDate(query.since!).toISOString()).toBe('2026-03-31T15:00:00.000Z');
    expect(timestampDate(query.until!).toISOString()).toBe('2026-04-01T15:00:00.000Z');
    expect(query.newestFirst).toBe(true);
  });

  it('takes a resource with or without its tenant', () => {
    expect(toQuery({ ...NO_FILTER, resource: ' datasets/juki ' }, 'tenants/t').resource).toBe(
      'tenants/t/datasets/juki',
    );
    expect(toQuery({ ...NO_FILTER, resource: 'tenants/t/verdicts/v' }, 'tenants/t').resource).toBe(
      'tenants/t/verdicts/v',
    );
    expect(toQuery(NO_FILTER, 'tenants/t').resource).toBe('');
  });

  it('names people by their subject', () => {
    expect(personOf('user:https://op.example/#hanako')).toBe('hanako');
    expect(personOf('service:aggregation')).toBeNull();
    expect(withoutTenant('tenants/t/datasets/juki')).toBe('datasets/juki');
    expect(withoutTenant('tenants/t')).toBe('―');
  });
});
