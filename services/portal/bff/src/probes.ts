// Health, readiness and metrics on a plain port of their own, which nobody outside reaches.
import { createServer, type Server } from 'node:http';

import type { Registry } from 'prom-client';

export interface Readiness {
  /** What is missing, as a word; empty: ready. */
  missing(): Promise<string>;
}

export function startProbes(
  listen: { host: string; port: number },
  registry: Registry,
  readiness: Readiness,
): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz') {
      answer(200, 'text/plain', 'ok\n');
    } else if (path === '/readyz') {
      void readiness
        .missing()
        .then((missing) => answer(missing ? 503 : 200, 'text/plain', `${missing || 'ok'}\n`));
    } else if (path === '/metrics') {
      void registry.metrics().then((text) => answer(200, registry.contentType, text));
    } else {
      answer(404, 'text/plain', 'not found\n');
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => resolve(server));
  });
}
