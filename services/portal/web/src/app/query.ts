import { QueryClient } from '@tanstack/react-query';
import { worthRetrying } from '../lib/errors';

/** Answers are asked for again when a page is opened or the window comes back, and after each change. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      gcTime: 5 * 60_000,
      retry: (failures, error) => failures < 2 && worthRetrying(error),
    },
    mutations: { retry: false },
  },
});
