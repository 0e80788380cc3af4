import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Config } from '../config';
import { REFUSALS, toJson } from '../errors';
import type { Metrics } from '../metrics';
import { csrfPasses } from '../security/csrf';
import { returnPath } from '../security/return-path';
import { Seal, sha256 } from '../seal';
import type { Session, SessionStore } from '../session';
import { loginProblem } from './pages';
import type { Attempt, Provider } from './provider';

export const SESSION_COOKIE = '__Host-oboro-session';
const ATTEMPT_COOKIE = '__Host-oboro-login-';
const ATTEMPT_SECONDS = 600;
const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const;

// One cookie for each attempt: two tabs may sign in at a time.
const attemptCookie = (state: string) => ATTEMPT_COOKIE + sha256(state).slice(0, 12);

export interface AuthParts {
  config: Config;
  store: SessionStore;
  provider: Provider;
  metrics: Metrics;
  secret: Uint8Array;
}

export const sessionOf = (
  request: FastifyRequest,
  store: SessionStore,
): Promise<Session | undefined> => store.find(request.cookies[SESSION_COOKIE]);

export function authRoutes(
  app: FastifyInstance,
  { config, store, provider, metrics, secret }: AuthParts,
): void {
  const attempts = new Seal(secret, 'login attempt');
  const limited = {
    config: {
      rateLimit: {
        max: config.limits.loginsPerMinute,
        timeWindow: 60_000,
        keyGenerator: (r: FastifyRequest) => `login ${r.ip}`,
      },
    },
  };

  const problem = (reply: FastifyReply, status: number, ja: string, en: string) =>
    reply.code(status).type('text/html; charset=utf-8').send(loginProblem(ja, en));

  app.get('/auth/login', limited, async (request, reply) => {
    const { return: wanted } = request.query as { return?: unknown };
    let begun;
    try {
      begun = await provider.begin(returnPath(wanted, config.origin));
    } catch (error) {
      request.log.error({ err: error }, 'the OpenID provider does not answer');
      const { ja, message } = REFUSALS.providerUnreachable;
      return problem(reply, 503, ja, message);
    }
    const { url, attempt } = begun;
    reply.setCookie(attemptCookie(attempt.state), attempts.seal(JSON.stringify(attempt)), {
      ...COOKIE,
      maxAge: ATTEMPT_SECONDS,
    });
    return reply.redirect(url, 302);
  });

  app.get('/auth/callback', limited, async (request, reply) => {
    const url = new URL(request.raw.url ?? '', config.origin);
    const cookie = attemptCookie(url.searchParams.get('state') ?? '');
    const sealed = request.cookies[cookie];
    const text = sealed === undefined ? undefined : attempts.open(sealed);
    reply.clearCookie(cookie, COOKIE);
    if (text === undefined) {
      metrics.logins.inc({ result: 'unknown_attempt' });
      return problem(
        reply,
        400,
        'サインインの手続きが見つからないか、時間切れです。',
        'This sign-in is not known here, or took too long.',
      );
    }
    const attempt = JSON.parse(text) as Attempt;
    let login;
    try {
      login = await provider.finish(url, attempt);
    } catch (error) {
      // Only the kind: a message of the library may hold parts of a token.
      request.log.warn(
        { kind: (error as Error).name, code: (error as { code?: string }).code },
        'a log-in failed',
      );
      metrics.logins.inc({ result: 'refused' });
      return problem(
        reply,
        400,
        'サインインのサービスが要求を認めませんでした。',
        'The sign-in service did not agree.',
      );
    }
    // A session that the browser already had is not carried over, and neither is its id.
    const before = await sessionOf(request, store);
    if (before) await store.end(before);
    const session = await store.create(login, login.tokens);
    metrics.logins.inc({ result: 'ok' });
    reply.setCookie(SESSION_COOKIE, session.id, COOKIE);
    return reply.redirect(attempt.returnTo, 303);
  });

  const told = (session: Session) => {
    const { name, subject, csrf } = session.record;
    return {
      name,
      subject,
      csrf,
      expires: new Date(store.expires(session)).toISOString(),
      idleSeconds: store.limits.idleSeconds,
      left: store.left(session),
    };
  };

  // Asking how long it lasts prolongs nothing: an open page asks by itself.
  app.get('/auth/session', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const session = await sessionOf(request, store);
    if (!session) return reply.code(401).send(toJson(REFUSALS.sessionExpired));
    return told(session);
  });

  // A person said that the work goes on.
  app.post('/auth/session', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const session = await sessionOf(request, store);
    if (!session) return reply.code(401).send(toJson(REFUSALS.sessionExpired));
    if (!csrfPasses('POST', request.headers, config.origin, session.record.csrf))
      return reply.code(403).send(toJson(REFUSALS.csrf));
    store.touch(session);
    return told(session);
  });

  app.post('/auth/logout', async (request, reply) => {
    const session = await sessionOf(request, store);
    reply.header('cache-control', 'no-store').clearCookie(SESSION_COOKIE, COOKIE);
    if (!session) return { location: '/' };
    if (!csrfPasses('POST', request.headers, config.origin, session.record.csrf)) {
      reply.removeHeader('set-cookie');
      return reply.code(403).send(toJson(REFUSALS.csrf));
    }
    const { tokens } = session.record;
    await store.end(session);
    // What the browser had of this origin (upload addresses, for one) goes with the session.
    return { location: await provider.logout(tokens) };
  });
}
