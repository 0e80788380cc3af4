// The portal's back end, put together. What it stands on comes from outside, so that tests can give their own.
import fastifyCookie from '@fastify/cookie';
import fastifyRateLimit from '@fastify/rate-limit';
import Fastify, { LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import { Access, SessionEnded } from './auth/access';
import type { Provider } from './auth/provider';
import { authRoutes, SESSION_COOKIE, sessionOf } from './auth/routes';
import type { Config } from './config';
import { REFUSALS, type Refusal, toConnect, toJson } from './errors';
import type { Metrics } from './metrics';
import { csrfPasses } from './security/csrf';
import { securityHeaders } from './security/headers';
import { sha256 } from './seal';
import type { SessionStore } from './session';
import { staticFiles } from './static';
import { uploadRoutes } from './uploads/routes';
import { type CallerOfCall, forwardHandlers } from './upstream/forward';
import { apiRoutes } from './upstream/routes';
import { SERVICES } from './upstream/services';
import type { Upstream } from './upstream/transport';

export interface Parts {
  config: Config;
  tls: { cert: Buffer; key: Buffer };
  secret: Uint8Array;
  store: SessionStore;
  provider: Provider;
  upstream: Upstream;
  metrics: Metrics;
  logger: Logger;
  stopping: AbortSignal;
}

export async function buildApp(parts: Parts): Promise<FastifyInstance> {
  const { config, store, provider, upstream, metrics, secret } = parts;
  const app = Fastify({
    // Progress streams would use up the six connections of HTTP/1.1.
    http2: true,
    https: { ...parts.tls, allowHTTP1: true, minVersion: 'TLSv1.2' },
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 65_536,
    requestTimeout: 0,
    // An upload's address is sealed and long.
    routerOptions: { maxParamLength: 1024 },
    forceCloseConnections: 'idle',
  }) as unknown as FastifyInstance;

  const fixed = securityHeaders(config.hstsSeconds);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(fixed);
  });
  app.addHook('onResponse', async (request, reply) => {
    // The route, never the address: addresses carry names and questions.
    const route = `${request.method} ${request.routeOptions.url ?? '(none)'}`;
    const ms = Math.round(reply.elapsedTime);
    metrics.requests.inc({ route, status: reply.raw.statusCode });
    metrics.seconds.observe({ route }, reply.elapsedTime / 1000);
    request.log.info({ route, status: reply.raw.statusCode, ms }, 'served');
  });
  app.setErrorHandler(
    async (error: { statusCode?: number; refusal?: Refusal; name?: string }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (error.refusal) return reply.code(error.refusal.status).send(toJson(error.refusal));
      if (status >= 500) request.log.error({ kind: error.name }, 'a request failed');
      return reply
        .code(status)
        .send({ reason: status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL', message: '' });
    },
  );

  await app.register(fastifyCookie);
  await app.register(fastifyRateLimit, {
    global: true,
    max: config.limits.callsPerMinute,
    timeWindow: 60_000,
    // By session where there is one: a whole town hall may share one address.
    keyGenerator: (request: FastifyRequest) => {
      const id = request.cookies[SESSION_COOKIE];
      return id ? `session ${sha256(id)}` : `address ${request.ip}`;
    },
    addHeaders: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    errorResponseBuilder: () =>
      Object.assign(new Error('too many'), { statusCode: 429, refusal: REFUSALS.tooMany }),
  });

  const access = new Access(store, provider);
  const callerOf = async (request: FastifyRequest): Promise<CallerOfCall | Refusal> => {
    const session = await sessionOf(request, store);
    if (!session) return REFUSALS.sessionExpired;
    if (!csrfPasses(request.method, request.headers, config.origin, session.record.csrf))
      return REFUSALS.csrf;
    // What a page asks by itself does not keep a session alive that nobody sits before.
    if (request.headers['x-oboro-background'] === undefined) store.touch(session);
    return {
      subject: session.record.subject,
      closed: session.closed.signal,
      token: async () => {
        try {
          return await access.token(session);
        } catch (error) {
          throw toConnect(
            error instanceof SessionEnded ? REFUSALS.sessionExpired : REFUSALS.providerUnreachable,
          );
        }
      },
    };
  };

  authRoutes(app, { config, store, provider, metrics, secret });
  const handlers = forwardHandlers(SERVICES, upstream.transport, {
    bodyBytes: config.limits.bodyBytes,
    metrics,
    stopping: parts.stopping,
  });
  await app.register(async (scope) => apiRoutes(scope, handlers, callerOf));
  await app.register(async (scope) =>
    uploadRoutes(scope, { config, transport: upstream.uploads, metrics, secret, callerOf }),
  );
  await staticFiles(app, config.web);
  return app;
}
