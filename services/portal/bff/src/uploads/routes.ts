import { AsyncLocalStorage } from 'node:async_hooks';

import type { Transport } from '@connectrpc/connect';
import { Server } from '@tus/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Config } from '../config';
import { toConnect } from '../errors';
import type { Metrics } from '../metrics';
import { Seal } from '../seal';
import type { CallerOfCall } from '../upstream/forward';
import type { CallerOfRequest } from '../upstream/routes';
import { SnapshotLocker } from './locker';
import { tusError } from './refusal';
import { SnapshotStore, type Uploader } from './store';

export interface UploadParts {
  config: Config;
  transport: Transport;
  metrics: Metrics;
  secret: Uint8Array;
  callerOf: CallerOfRequest;
}

export function uploadRoutes(
  app: FastifyInstance,
  { config, transport, metrics, secret, callerOf }: UploadParts,
): void {
  const uploader = new AsyncLocalStorage<Uploader>();
  const store = new SnapshotStore(transport, uploader, new Seal(secret, 'upload'), metrics);
  const server = new Server({
    path: '/files',
    datastore: store,
    locker: new SnapshotLocker(
      (id) => store.keyOf(id),
      (key) => store.settled(key),
    ),
    // A request that is asked to let go has this long to see that its browser is gone.
    lockDrainTimeout: 300,
    maxSize: config.uploads.maxBytes,
    relativeLocation: true,
    allowedOrigins: [config.origin],
    namingFunction: (request, metadata) =>
      store.nameOf(metadata, Number(request.headers.get('upload-length') ?? NaN)),
    onResponseError: (_request, error) => {
      // The library's own refusals and ours have a status; anything else is a fault that tells nothing outside.
      if ('status_code' in error) return undefined;
      app.log.error({ kind: error.name }, 'an upload failed');
      return tusError(error);
    },
  });

  const refuse = (reply: FastifyReply, status: number, body: string) =>
    reply.code(status).header('tus-resumable', '1.0.0').type('application/json').send(body);

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const caller = await callerOf(request);
    if ('reason' in caller) {
      const { status_code, body } = tusError(toConnect(caller));
      return refuse(reply, caller.status ?? status_code, body);
    }
    const idle = config.uploads.idleSeconds * 1000;
    request.raw.setTimeout(idle, () => request.raw.destroy(new Error('the upload stands still')));
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.hijack();
    try {
      await uploader.run(uploaderOf(caller), () => server.handle(request.raw, reply.raw));
    } catch (error) {
      request.log.debug({ kind: (error as Error).name }, 'an upload was not answered to its end');
      reply.raw.destroy();
    }
    return reply;
  }

  // The body is the file: nothing parses it and nothing limits it but the length declared.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.route({ method: ['POST', 'OPTIONS'], url: '/files', handler: serve });
  app.route({ method: ['HEAD', 'PATCH'], url: '/files/:id', handler: serve });
}

const uploaderOf = (caller: CallerOfCall): Uploader => ({
  subject: caller.subject,
  token: () => caller.token(),
  closed: caller.closed,
});
