// Connect from the browser becomes gRPC to the services, message by message: same types, same errors with their details.
import { randomUUID } from 'node:crypto';

import type {
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
} from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type ConnectRouterOptions,
  createContextKey,
  createContextValues,
  createConnectRouter,
  type HandlerContext,
  type ServiceImpl,
  type Transport,
} from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { compressionGzip } from '@connectrpc/connect-node';

import type { Metrics } from '../metrics';
import { REFUSALS, type Refusal, toConnect } from '../errors';
import { isForwarded } from './services';

/** Of whom a call is: asked when the call is made, so that a refusal is told as every other error of the method. */
export interface CallerOfCall {
  subject: string;
  token(): Promise<string>;
  /** Aborted when the session ends. */
  closed: AbortSignal;
}

export const kCaller = createContextKey<CallerOfCall | Refusal>(REFUSALS.sessionExpired, {
  description: 'who calls',
});

export const contextOf = (caller: CallerOfCall | Refusal) =>
  createContextValues().set(kCaller, caller);

const SECOND = 1000;
const UNARY = { usual: 60 * SECOND, most: 300 * SECOND };
const STREAM = { usual: 3600 * SECOND, most: 3600 * SECOND };

export interface ForwardOptions {
  bodyBytes: number;
  metrics: Metrics;
  /** Aborted when the portal stops. */
  stopping: AbortSignal;
}

interface Outgoing {
  headers: Headers;
  timeoutMs: number;
  signal: AbortSignal;
}

async function outgoing(context: HandlerContext, limits: typeof UNARY): Promise<Outgoing> {
  const caller = context.values.get(kCaller);
  if ('reason' in caller) throw toConnect(caller);
  // Nothing of the browser's headers goes on but what is named here.
  const headers = new Headers({
    authorization: `Bearer ${await caller.token()}`,
    'x-request-id': randomUUID(),
  });
  const timeoutMs = Math.min(context.timeoutMs() ?? limits.usual, limits.most);
  return { headers, timeoutMs, signal: AbortSignal.any([context.signal, caller.closed]) };
}

// A service's error keeps its code, message and details; it loses metadata, which is the transport's own.
function told(error: unknown): ConnectError {
  const connect = ConnectError.from(error);
  if (connect.details.length === 0 && connect.code === Code.Unavailable)
    return toConnect(REFUSALS.serviceUnreachable);
  const plain = new ConnectError(connect.rawMessage, connect.code);
  plain.details = connect.details;
  return plain;
}

function count(metrics: Metrics, method: DescMethod, code: string): void {
  metrics.calls.inc({ method: `${method.parent.typeName}/${method.name}`, code });
}

function forwardUnary(transport: Transport, method: DescMethodUnary, metrics: Metrics) {
  return async (request: never, context: HandlerContext) => {
    try {
      const { headers, timeoutMs, signal } = await outgoing(context, UNARY);
      const answer = await transport.unary(method, signal, timeoutMs, headers, request);
      count(metrics, method, 'ok');
      return answer.message;
    } catch (error) {
      const mine = told(error);
      count(metrics, method, Code[mine.code]);
      throw mine;
    }
  };
}

function forwardStream(
  transport: Transport,
  method: DescMethodServerStreaming,
  { metrics, stopping }: ForwardOptions,
) {
  return async function* (request: never, context: HandlerContext) {
    try {
      const { headers, timeoutMs, signal } = await outgoing(context, STREAM);
      const input = (async function* () {
        yield request;
      })();
      const both = AbortSignal.any([signal, stopping]);
      const answer = await transport.stream(method, both, timeoutMs, headers, input);
      yield* answer.message;
      count(metrics, method, 'ok');
    } catch (error) {
      const mine = told(error);
      count(metrics, method, Code[mine.code]);
      throw mine;
    }
  };
}

function addService(
  router: ConnectRouter,
  service: DescService,
  transport: Transport,
  options: ForwardOptions,
): void {
  const methods: Record<string, unknown> = {};
  for (const method of service.methods) {
    if (!isForwarded(method)) continue;
    methods[method.localName] =
      method.methodKind === 'unary'
        ? forwardUnary(transport, method as DescMethodUnary, options.metrics)
        : forwardStream(transport, method as DescMethodServerStreaming, options);
  }
  router.service(service, methods as Partial<ServiceImpl<typeof service>>);
}

/** Handlers by path (/package.Service/Method), only of the methods that are forwarded. */
export function forwardHandlers(
  services: readonly DescService[],
  transport: Transport,
  options: ForwardOptions,
): Map<string, UniversalHandler> {
  const settings: ConnectRouterOptions = {
    connect: true,
    grpc: false,
    grpcWeb: false,
    acceptCompression: [compressionGzip],
    readMaxBytes: options.bodyBytes,
    maxTimeoutMs: STREAM.most,
  };
  const router = createConnectRouter(settings);
  for (const service of services) addService(router, service, transport, options);
  const handlers = new Map<string, UniversalHandler>();
  for (const handler of router.handlers) {
    if (isForwarded(handler.method)) handlers.set(handler.requestPath, handler);
  }
  return handlers;
}
