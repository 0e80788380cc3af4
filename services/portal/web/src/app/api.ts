import type {
  DescMessage,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  type Interceptor,
} from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import {
  keepPreviousData,
  type UseMutationResult,
  useMutation,
  useQuery,
  type UseQueryOptions,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useToast } from '../ui/Toast';
import { isAttended } from './attendance';
import { queryClient } from './query';
import { csrfToken, sessionEnded } from './session-store';

const withSession: Interceptor = (next) => async (request) => {
  const token = csrfToken();
  if (token) request.header.set('x-oboro-csrf', token);
  // Questions that a page repeats by itself must not keep a session alive that nobody sits before.
  if (!isAttended()) request.header.set('x-oboro-background', '1');
  try {
    return await next(request);
  } catch (error) {
    if (ConnectError.from(error).code === Code.Unauthenticated) sessionEnded();
    throw error;
  }
};

export const transport = createConnectTransport({
  baseUrl: '/api',
  useBinaryFormat: true,
  interceptors: [withSession],
});

const clients = new Map<string, unknown>();

/** The client of a service; one for the life of the page, so it may stand in dependency lists. */
export function client<S extends DescService>(service: S): Client<S> {
  let found = clients.get(service.typeName) as Client<S> | undefined;
  if (!found) {
    found = createClient(service, transport);
    clients.set(service.typeName, found);
  }
  return found;
}

/** As `client`, under the name that React people look for. */
export const useClient = client;

const jsonKey = (input: unknown): string =>
  JSON.stringify(input, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)) ??
  '';

interface CallOptions<T> {
  /** False: not asked yet (a permission is missing, an earlier answer is awaited). */
  enabled?: boolean;
  /** Milliseconds between repeats, or a function of the last answer. */
  refetchInterval?: number | false | ((data: T | undefined) => number | false);
  /** Keep what is shown while the next input's answer is on its way. */
  keep?: boolean;
  staleTime?: number;
}

/** Asks a unary method and keeps its answer in the cache under [service, method, input]. */
export function useCall<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  input: MessageInitShape<I>,
  { enabled = true, refetchInterval, keep, staleTime }: CallOptions<MessageShape<O>> = {},
): UseQueryResult<MessageShape<O>, Error> {
  type Answer = MessageShape<O>;
  const repeat =
    typeof refetchInterval === 'function'
      ? (query: { state: { data: Answer | undefined } }) => refetchInterval(query.state.data)
      : refetchInterval;
  const options: UseQueryOptions<Answer, Error, Answer, string[]> = {
    queryKey: [method.parent.typeName, method.name, jsonKey(input)],
    queryFn: ({ signal }) => call(method, input, signal),
    enabled,
  };
  if (repeat !== undefined) options.refetchInterval = repeat;
  if (keep) options.placeholderData = keepPreviousData as never;
  if (staleTime !== undefined) options.staleTime = staleTime;
  return useQuery(options);
}

/** One call, outside of the cache. */
export async function call<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  input: MessageInitShape<I>,
  signal?: AbortSignal,
): Promise<MessageShape<O>> {
  const answer = await transport.unary(method, signal, undefined, undefined, input);
  return answer.message;
}

/** Answers of these services are asked for again. */
export function refresh(...services: DescService[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: (query) => services.some((service) => query.queryKey[0] === service.typeName),
  });
}

interface ActionOptions<R, V> {
  /** Services whose answers have changed by it. */
  refresh?: DescService[];
  /** Told in the live region when it worked. */
  done?: string | ((result: R, input: V) => string);
  onSuccess?: (result: R, input: V) => void;
}

/** Something that changes state: runs once, then refreshes lists and tells so. Errors stay in `.error` for an ErrorNotice. */
export function useAction<R, V = void>(
  act: (input: V) => Promise<R>,
  options: ActionOptions<R, V> = {},
): UseMutationResult<R, Error, V> {
  const toast = useToast();
  return useMutation<R, Error, V>({
    mutationFn: act,
    onSuccess: async (result, input) => {
      if (options.refresh) await refresh(...options.refresh);
      const { done } = options;
      if (done) toast(typeof done === 'function' ? done(result, input) : done);
      options.onSuccess?.(result, input);
    },
  });
}
