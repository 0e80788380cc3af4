import type { Event } from '@oboro/gen/oboro/audit/v1/audit_pb';
import { useInfiniteQuery } from '@tanstack/react-query';

interface Page {
  events: Event[];
  nextPageToken: string;
}

/** Pages of events one after the other, under a key of the cache. */
export function usePages(
  key: readonly string[],
  fetch: (pageToken: string, signal: AbortSignal) => Promise<Page>,
) {
  const pages = useInfiniteQuery({
    queryKey: key,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => fetch(pageParam, signal),
    getNextPageParam: (last: Page) => last.nextPageToken || undefined,
  });
  return { ...pages, events: pages.data?.pages.flatMap((page) => page.events) ?? [] };
}

/** All pages, as they come. */
export async function allPages(
  fetch: (pageToken: string) => Promise<Page>,
  take: (events: Event[]) => void,
): Promise<number> {
  let count = 0;
  let token = '';
  do {
    const page = await fetch(token);
    take(page.events);
    count += page.events.length;
    token = page.nextPageToken;
  } while (token !== '');
  return count;
}
