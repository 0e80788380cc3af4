import { formatNumber } from '../../lib/format';
import { withoutTenant } from './filter';

/** The kind of the innermost resource (the collection before its id), and the name inside of the tenant. */
export function resourceOf(name: string): { kind: string; id: string } {
  const parts = name.split('/');
  const kind = parts.length >= 2 ? (parts.at(-2) ?? '') : '';
  return parts.length <= 2 ? { kind, id: '' } : { kind, id: withoutTenant(name) };
}

export interface Detail {
  key: string;
  value: string;
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return value.startsWith('tenants/') ? withoutTenant(value) : value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** What the event says, key by key, without what is empty. What is no JSON object stands as it is. */
export function detailsOf(json: string): Detail[] {
  try {
    const detail = JSON.parse(json || '{}') as Record<string, unknown>;
    return Object.entries(detail)
      .map(([key, value]) => ({ key, value: valueText(value) }))
      .filter(({ key, value }) => value !== '' && key !== 'dataset');
  } catch {
    return [{ key: '', value: json }];
  }
}
