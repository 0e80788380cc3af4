import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { errorToJson } from '@connectrpc/connect/protocol-connect';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { REFUSALS, type Refusal, toConnect, toJson } from '../errors';
import { type CallerOfCall, contextOf } from './forward';

export type CallerOfRequest = (request: FastifyRequest) => Promise<CallerOfCall | Refusal>;

export function apiRoutes(
  app: FastifyInstance,
  handlers: Map<string, UniversalHandler>,
  callerOf: CallerOfRequest,
): void {
  // The handler reads the body itself, within its own limit.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  app.post('/api/*', async (request, reply) => {
    const path = request.raw.url?.slice('/api'.length).split('?', 1)[0] ?? '';
    const handler = handlers.get(path);
    if (!handler) return reply.code(404).send(toJson(REFUSALS.notFound));
    const caller = await callerOf(request);
    // A stream's refusal must be the end of a stream; any other is told before a byte of the body is read.
    if (
      'reason' in caller &&
      !/^application\/connect\+/.test(request.headers['content-type'] ?? '')
    ) {
      return reply.code(caller.status).send(errorToJson(toConnect(caller), undefined));
    }
    reply.header('cache-control', 'no-store');
    // The raw answer does not know what was set on the reply.
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.hijack();
    try {
      const incoming = universalRequestFromNodeRequest(
        request.raw,
        reply.raw,
        undefined,
        contextOf(caller),
      );
      await universalResponseToNodeResponse(await handler(incoming), reply.raw);
    } catch (error) {
      // The browser went away, or the answer could not be written: there is nobody to tell.
      request.log.debug({ kind: (error as Error).name }, 'a call was not answered to its end');
      reply.raw.destroy();
    }
  });
}
