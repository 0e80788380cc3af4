// An upload service of a few lines that speaks real gRPC over mutual TLS, and a portal's back end in front of it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { ErrorInfoSchema, LocalizedMessageSchema } from '@oboro/gen/google/rpc/error_details_pb';
import { OperationService, OperationState } from '@oboro/gen/oboro/operation/v1/operation_pb';
import {
  AppendSnapshotResponseSchema,
  SnapshotService,
  SnapshotState,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';

import { buildApp } from '../src/app';
import type { Login, Provider } from '../src/auth/provider';
import { parseConfig } from '../src/config';
import { Metrics } from '../src/metrics';
import { SessionStore, type Tokens } from '../src/session';
import { crc32c } from '../src/uploads/crc32c';
import { openUpstream } from '../src/upstream/transport';

export const SNAPSHOT = 'tenants/t/datasets/d/snapshots/s';

export const refusal = (code: Code, reason: string): ConnectError =>
  new ConnectError(`because ${reason}`, code, { 'x-inside': 'secret' }, [
    {
      desc: ErrorInfoSchema,
      value: { reason, domain: 'oboro.internal', metadata: { field: 'name' } },
    },
    { desc: LocalizedMessageSchema, value: { locale: 'ja', message: `理由 ${reason}` } },
  ]);

/** A certificate of an authority made for the test. */
function makePki(dir: string): void {
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    join(dir, 'ca.key'),
    '-out',
    join(dir, 'ca.crt'),
    '-subj',
    '/CN=test',
  );
  for (const name of ['server', 'portal']) {
    openssl(
      ...['req', '-x509', ...key, '-CA', join(dir, 'ca.crt'), '-CAkey', join(dir, 'ca.key')],
      ...[
        '-keyout',
        join(dir, `${name}.key`),
        '-out',
        join(dir, `${name}.crt`),
        '-subj',
        `/CN=${name}`,
      ],
      ...[
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
        '-addext',
        'basicConstraints=critical,CA:FALSE',
      ],
    );
  }
}

export class FakeServices {
  readonly dir = mkdtempSync(join(tmpdir(), 'oboro-bff-test-'));
  /** What is durable of SNAPSHOT, and what a call still holds. */
  committed: Buffer = Buffer.alloc(0);
  state = SnapshotState.OPEN;
  tokens: string[] = [];
  deadlines: (number | undefined)[] = [];
  watchEnded = 0;
  appends = 0;
  appending = 0;
  overlapped = false;
  /** The next append fails after so many bytes, as a service that is killed. */
  failAfter = Infinity;
  failWith: ConnectError | undefined;
  #server: Http2SecureServer | undefined;
  port = 0;

  async start(): Promise<void> {
    makePki(this.dir);
    this.#server = createSecureServer(
      {
        ca: readFileSync(join(this.dir, 'ca.crt')),
        cert: readFileSync(join(this.dir, 'server.crt')),
        key: readFileSync(join(this.dir, 'server.key')),
        requestCert: true,
        rejectUnauthorized: true,
      },
      connectNodeAdapter({
        connect: false,
        grpcWeb: false,
        routes: (router) => this.#routes(router),
      }),
    );
    await new Promise<void>((next) => this.#server!.listen(0, '127.0.0.1', next));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server?.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  #seen(context: HandlerContext): void {
    this.tokens.push(context.requestHeader.get('authorization') ?? '');
    this.deadlines.push(context.timeoutMs());
    if (this.failWith) throw this.failWith;
  }

  #routes(router: Parameters<Parameters<typeof connectNodeAdapter>[0]['routes']>[0]): void {
    router.service(SnapshotService, {
      getSnapshot: ({ name }, context) => {
        this.#seen(context);
        if (name !== SNAPSHOT) throw refusal(Code.NotFound, 'NOT_FOUND');
        return {
          snapshot: { name, state: this.state, committedBytes: BigInt(this.committed.length) },
        };
      },
      appendSnapshot: (messages, context) => {
        this.#seen(context);
        return this.#append(messages as never);
      },
    });
    router.service(OperationService, {
      watchOperation: async function* (
        this: FakeServices,
        _request: unknown,
        context: HandlerContext,
      ) {
        this.#seen(context);
        try {
          for (let done = 1n; ; done++) {
            yield {
              operation: { name: 'tenants/t/operations/o', state: OperationState.RUNNING, done },
            };
            await new Promise((next, stop) => {
              const timer = setTimeout(next, 20);
              context.signal.addEventListener(
                'abort',
                () => (clearTimeout(timer), stop(new Error('gone'))),
              );
            });
          }
        } finally {
          this.watchEnded++;
        }
      }.bind(this) as never,
    });
  }

  async #append(
    messages: AsyncIterable<{ name: string; offset: bigint; data: Uint8Array; crc32c: number }>,
  ) {
    this.appends++;
    if (++this.appending > 1) this.overlapped = true;
    const held: Uint8Array[] = [];
    let at = this.committed.length;
    let fails = false;
    try {
      for await (const { offset, data, crc32c: sum } of messages) {
        if (offset !== BigInt(at)) throw refusal(Code.OutOfRange, 'OFFSET_MISMATCH');
        if (crc32c(data) !== sum) throw refusal(Code.DataLoss, 'CHECKSUM_MISMATCH');
        if (data.length > 2 ** 20) throw refusal(Code.InvalidArgument, 'PIECE_TOO_LARGE');
        held.push(data);
        at += data.length;
        if (at > this.failAfter) {
          fails = true;
          this.failAfter = Infinity;
          throw new ConnectError('killed', Code.Unavailable);
        }
      }
    } finally {
      this.appending--;
      // A service that is killed keeps only half of what came.
      this.committed = Buffer.concat([
        this.committed,
        ...held.slice(0, fails ? held.length >> 1 : held.length),
      ]);
    }
    return create(AppendSnapshotResponseSchema, { committedBytes: BigInt(this.committed.length) });
  }
}

export class FakeProvider implements Provider {
  refreshed = 0;
  refuse: Error | undefined;
  async begin(returnTo: string) {
    return {
      url: 'https://provider.test/auth',
      attempt: { state: 's', nonce: 'n', verifier: 'v', returnTo },
    };
  }
  async finish(): Promise<Login> {
    return { subject: 'person', name: '人', tokens: this.#tokens() };
  }
  async refresh(): Promise<Tokens> {
    this.refreshed++;
    await new Promise((next) => setImmediate(next));
    if (this.refuse) throw this.refuse;
    return this.#tokens();
  }
  async logout() {
    return 'https://provider.test/end';
  }
  async ready() {
    return true;
  }
  #tokens(): Tokens {
    return {
      access: `access-${this.refreshed}`,
      accessExpires: Date.now() + 900_000,
      refresh: 'r',
      id: 'i',
    };
  }
}

export const ORIGIN = 'https://localhost:18443';

export interface Portal {
  app: FastifyInstance;
  url: string;
  store: SessionStore;
  stopping: AbortController;
  lines: string[];
}

export async function startPortal(
  services: FakeServices,
  provider: Provider,
  limits = {},
  now: () => number = Date.now,
): Promise<Portal> {
  const { dir } = services;
  mkdirSync(join(dir, 'web/assets'), { recursive: true });
  writeFileSync(join(dir, 'web/index.html'), '<!doctype html><title>朧</title>');
  writeFileSync(join(dir, 'web/assets/a-1.js'), 'export {};');
  const pair = (name: string) => ({
    cert: join(dir, `${name}.crt`),
    key: join(dir, `${name}.key`),
  });
  const config = parseConfig({
    origin: ORIGIN,
    listen: { host: '127.0.0.1', port: 0 },
    probes: { port: 0 },
    tls: pair('server'),
    web: join(dir, 'web'),
    upstream: { address: `localhost:${services.port}`, ca: join(dir, 'ca.crt'), ...pair('portal') },
    oidc: { issuer: 'https://provider.test', clientId: 'portal', clientSecretFile: '-' },
    secretFile: '-',
    limits,
  });
  const lines: string[] = [];
  const store = new SessionStore(config.session, undefined, now);
  const stopping = new AbortController();
  const app = await buildApp({
    config,
    tls: { cert: readFileSync(config.tls.cert), key: readFileSync(config.tls.key) },
    secret: Buffer.alloc(32, 7),
    store,
    provider,
    upstream: openUpstream(config.upstream),
    metrics: new Metrics(() => store.size),
    logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    stopping: stopping.signal,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url, store, stopping, lines };
}
