// gRPC to the services over mutual TLS. The certificate makes the connection; it gives no right: every call carries the
// bearer token of the person for whom it is made.
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';

import type { Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';

import type { Config } from '../config';

const MESSAGE_BYTES = 64 * 2 ** 20;

export interface Upstream {
  transport: Transport;
  /** On a connection of its own, so that a large file does not stand in the way of small calls. */
  uploads: Transport;
  ready(): Promise<boolean>;
}

export function openUpstream({ address, ca, cert, key }: Config['upstream']): Upstream {
  const identity = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
  const open = () =>
    createGrpcTransport({
      baseUrl: `https://${address}`,
      nodeOptions: { ...identity, settings: { initialWindowSize: 2 ** 20 } },
      // Neighbours on one machine or in one rack: compression would only cost time.
      acceptCompression: [],
      readMaxBytes: MESSAGE_BYTES,
      pingIntervalMs: 30_000,
      pingTimeoutMs: 10_000,
    });
  const url = new URL(`https://${address}`);
  return {
    transport: open(),
    uploads: open(),
    ready: () =>
      new Promise((resolve) => {
        const socket = connect({
          host: url.hostname,
          port: Number(url.port || 443),
          ALPNProtocols: ['h2'],
          ...identity,
        });
        const answer = (ok: boolean) => {
          socket.destroy();
          resolve(ok);
        };
        socket.setTimeout(2000, () => answer(false));
        socket.once('secureConnect', () => answer(true));
        socket.once('error', () => answer(false));
      }),
  };
}
