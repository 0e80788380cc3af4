import { type Timestamp, timestampFromDate } from '@bufbuild/protobuf/wkt';

/** What the page narrows by, as it stands in the URL. */
export interface EventFilter {
  action: string;
  actor: string;
  /** A resource name, with or without the tenant before it. */
  resource: string;
  /** Days in Japan, ISO; `until` is the last day shown. */
  since: string;
  until: string;
  oldestFirst: boolean;
}

export const NO_FILTER: EventFilter = {
  action: '',
  actor: '',
  resource: '',
  since: '',
  until: '',
  oldestFirst: false,
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const day = (text: string | null): string => (text && DAY.test(text) ? text : '');

export function readFilter(query: URLSearchParams): EventFilter {
  return {
    action: query.get('action') ?? '',
    actor: query.get('actor') ?? '',
    resource: query.get('resource') ?? '',
    since: day(query.get('since')),
    until: day(query.get('until')),
    oldestFirst: query.get('order') === 'oldest',
  };
}

/** Only what narrows: the page without filters has a URL without a query. */
export function writeFilter(filter: EventFilter): Record<string, string> {
  const { oldestFirst, ...texts } = filter;
  const query = Object.fromEntries(
    Object.entries(texts)
      .map(([key, value]) => [key, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
  return oldestFirst ? { ...query, order: 'oldest' } : query;
}

/** Midnight in Japan at the beginning of an ISO day, or of the day after it. */
export function midnight(iso: string, after = 0): Timestamp | undefined {
  const start = new Date(`${iso}T00:00:00+09:00`).getTime();
  return Number.isNaN(start) ? undefined : timestampFromDate(new Date(start + after * 86_400_000));
}

export interface EventQuery {
  parent: string;
  action: string;
  actor: string;
  resource: string;
  since?: Timestamp;
  until?: Timestamp;
  newestFirst: boolean;
}

/** As the service is asked; the last day counts to its end. */
export function toQuery(filter: EventFilter, tenant: string): EventQuery {
  const resource = filter.resource.trim();
  const query: EventQuery = {
    parent: tenant,
    action: filter.action,
    actor: filter.actor.trim(),
    resource:
      resource === '' || resource.startsWith('tenants/') ? resource : `${tenant}/${resource}`,
    newestFirst: !filter.oldestFirst,
  };
  const since = filter.since ? midnight(filter.since) : undefined;
  const until = filter.until ? midnight(filter.until, 1) : undefined;
  if (since) query.since = since;
  if (until) query.until = until;
  return query;
}

/** The subject of user:{issuer}#{subject}; null for a service. */
export const personOf = (actor: string): string | null =>
  actor.startsWith('user:') ? actor.slice(actor.indexOf('#') + 1) : null;

/** A resource without the tenant, which is the page's. */
export const withoutTenant = (resource: string): string =>
  resource.replace(/^tenants\/[^/]+\/?/, '') || '―';
