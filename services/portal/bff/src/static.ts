// The built web app: files with a hash in their name for ever, index.html for every address that is a page.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

import { REFUSALS, toJson } from './errors';

export async function staticFiles(app: FastifyInstance, root: string): Promise<void> {
  if (!existsSync(join(root, 'index.html')))
    throw new Error(`there is no ${root}/index.html: run services/portal/build`);
  await app.register(fastifyStatic, {
    root,
    index: false,
    wildcard: true,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = path.startsWith(join(root, 'assets'));
      void reply.header(
        'cache-control',
        hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.raw.url?.split('?', 1)[0] ?? '/';
    const page =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !/^\/(api|auth|files|assets)(\/|$)/.test(path) &&
      !/\.[a-z0-9]{1,5}$/i.test(path);
    if (!page) return reply.code(404).send(toJson(REFUSALS.notFound));
    return reply.type('text/html; charset=utf-8').sendFile('index.html');
  });
}
