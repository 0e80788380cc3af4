// The back end before a service that speaks real gRPC over mutual TLS.
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:http2';
import { Readable } from 'node:stream';

import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@oboro/gen/google/rpc/error_details_pb';
import {
  GetSnapshotRequestSchema,
  GetSnapshotResponseSchema,
  SnapshotState,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Session } from '../src/session';
import {
  FakeProvider,
  FakeServices,
  ORIGIN,
  type Portal,
  refusal,
  SNAPSHOT,
  startPortal,
} from './fake-service';
import { of, send } from './http';

const services = new FakeServices();
const provider = new FakeProvider();
let portal: Portal;
let session: Session;

beforeAll(async () => {
  await services.start();
  portal = await startPortal(services, provider);
});
afterAll(async () => {
  portal.stopping.abort();
  await portal.app.close();
  services.stop();
});
beforeEach(async () => {
  services.committed = Buffer.alloc(0);
  services.state = SnapshotState.OPEN;
  services.failWith = undefined;
  services.failAfter = Infinity;
  services.overlapped = false;
  services.tokens = [];
  services.deadlines = [];
  const tokens = { access: 'mine', accessExpires: Date.now() + 900_000, refresh: 'r' };
  session = await portal.store.create({ subject: 'person', name: '秘密 太郎' }, tokens);
});

const GET = '/api/oboro.upload.v1.SnapshotService/GetSnapshot';
const JSON_TYPE = { 'content-type': 'application/json' };
const ask = (path: string, headers: Record<string, string>, body = `{"name":"${SNAPSHOT}"}`) =>
  send(portal.url + path, 'POST', headers, body);

describe('calls', () => {
  test('go on with the person’s own token, a deadline and nothing else of the browser', async () => {
    const binary = await send(
      portal.url + GET,
      'POST',
      of(session, {
        'content-type': 'application/proto',
        authorization: 'Bearer forged',
        'connect-timeout-ms': '5000',
      }),
      Buffer.from(
        toBinary(GetSnapshotRequestSchema, {
          $typeName: 'oboro.upload.v1.GetSnapshotRequest',
          name: SNAPSHOT,
        }),
      ),
    );
    expect(binary.status).toBe(200);
    expect(fromBinary(GetSnapshotResponseSchema, binary.body).snapshot?.name).toBe(SNAPSHOT);
    expect(services.tokens).toEqual(['Bearer mine']);
    expect(services.deadlines[0]).toBeGreaterThan(1000);
    expect(services.deadlines[0]).toBeLessThanOrEqual(5000);
    expect((await ask(GET, of(session, JSON_TYPE))).status).toBe(200);
    expect(services.deadlines[1]).toBeLessThanOrEqual(60_000);
    expect(binary.headers['cache-control']).toBe('no-store');
    expect(binary.headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('fail with the service’s own code, message and details, and none of its metadata', async () => {
    services.failWith = refusal(Code.FailedPrecondition, 'SNAPSHOT_NOT_OPEN');
    const answer = await ask(GET, of(session, JSON_TYPE));
    const error = JSON.parse(answer.body.toString());
    expect(error).toMatchObject({
      code: 'failed_precondition',
      message: 'because SNAPSHOT_NOT_OPEN',
    });
    const info = error.details.find(
      (detail: { type: string }) => detail.type === 'google.rpc.ErrorInfo',
    );
    expect(fromBinary(ErrorInfoSchema, Buffer.from(info.value, 'base64'))).toMatchObject({
      reason: 'SNAPSHOT_NOT_OPEN',
      metadata: { field: 'name' },
    });
    expect(error.details.map((detail: { type: string }) => detail.type)).toContain(
      'google.rpc.LocalizedMessage',
    );
    expect(JSON.stringify(answer.headers)).not.toContain('secret');
  });

  test('reach only what is listed', async () => {
    for (const path of [
      '/api/oboro.upload.v1.SnapshotService/AppendSnapshot',
      '/api/grpc.health.v1.Health/Check',
      '/api/oboro.upload.v1.SnapshotService/None',
      '/api/',
    ]) {
      expect((await ask(path, of(session, JSON_TYPE))).status, path).toBe(404);
    }
    expect(services.tokens).toEqual([]);
  });

  test('need a session and the token of a page', async () => {
    const bare = await ask(GET, JSON_TYPE);
    expect(bare.status).toBe(401);
    expect(JSON.parse(bare.body.toString()).code).toBe('unauthenticated');
    const without = of(session, JSON_TYPE);
    delete without['x-oboro-csrf'];
    expect((await ask(GET, without)).status).toBe(403);
    expect(
      (await ask(GET, of(session, { ...JSON_TYPE, origin: 'https://evil.test' }))).status,
    ).toBe(403);
    expect(services.tokens).toEqual([]);
  });

  test('larger than a message may be are refused', async () => {
    const answer = await ask(GET, of(session, JSON_TYPE), `{"name":"${'x'.repeat(5 * 2 ** 20)}"}`);
    expect(JSON.parse(answer.body.toString()).code).toBe('resource_exhausted');
    expect(services.tokens).toEqual([]);
  });

  test('that stream end at the service when the browser goes away, and when the session ends', async () => {
    const browser = connect(portal.url, { rejectUnauthorized: false });
    const open = async () => {
      const stream = browser.request({
        ':method': 'POST',
        ':path': '/api/oboro.operation.v1.OperationService/WatchOperation',
        'content-type': 'application/connect+json',
        ...of(session),
      });
      const message = Buffer.from('{"name":"tenants/t/operations/o"}');
      const head = Buffer.alloc(5);
      head.writeUInt32BE(message.length, 1);
      stream.end(Buffer.concat([head, message]));
      let text = '';
      stream.on('data', (data: Buffer) => (text += data.toString()));
      await vi.waitFor(() => expect(text).toContain('"done":"3"'));
      return { stream, text: () => text };
    };
    const before = services.watchEnded;
    const first = await open();
    first.stream.close();
    await vi.waitFor(() => expect(services.watchEnded).toBe(before + 1));
    const second = await open();
    await portal.store.end(session);
    await vi.waitFor(() => expect(services.watchEnded).toBe(before + 2));
    await vi.waitFor(() => expect(second.text()).toContain('"error"'));
    browser.close();
  });

  test('too many in a minute are refused, session by session', async () => {
    const narrow = await startPortal(services, provider, { callsPerMinute: 3 });
    const tokens = session.record.tokens;
    const one = await narrow.store.create({ subject: 'a', name: 'a' }, tokens);
    const two = await narrow.store.create({ subject: 'b', name: 'b' }, tokens);
    const status = async (who: Session) =>
      (await send(narrow.url + GET, 'POST', of(who, JSON_TYPE), `{"name":"${SNAPSHOT}"}`)).status;
    expect([await status(one), await status(one), await status(one), await status(one)]).toEqual([
      200, 200, 200, 429,
    ]);
    expect(await status(two)).toBe(200);
    await narrow.app.close();
  });
});

describe('log-in and log-out', () => {
  test('a new id at each log-in, and the old one opens nothing', async () => {
    const begun = await send(`${portal.url}/auth/login?return=/t/x`, 'GET', of(session));
    expect(begun.status).toBe(302);
    const attempt = String(begun.headers['set-cookie']).split(';')[0]!;
    const done = await send(`${portal.url}/auth/callback?code=c&state=s`, 'GET', {
      cookie: `${attempt}; __Host-oboro-session=${session.id}`,
    });
    expect([done.status, done.headers['location']]).toEqual([303, '/t/x']);
    const cookies = done.headers['set-cookie'] as string[];
    const fresh = cookies.find((cookie) => cookie.startsWith('__Host-oboro-session='))!;
    expect(fresh).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
    expect(fresh).not.toContain(session.id);
    expect(await portal.store.find(session.id)).toBeUndefined();
    // The attempt is used up in the browser, and no other browser has it.
    expect(
      cookies.some(
        (cookie) =>
          cookie.startsWith('__Host-oboro-login-') && /Expires=Thu, 01 Jan 1970/.test(cookie),
      ),
    ).toBe(true);
    expect((await send(`${portal.url}/auth/callback?code=c&state=s`, 'GET', {})).status).toBe(400);
  });

  test('log-out needs the token of the page and ends the session', async () => {
    const bare = await send(`${portal.url}/auth/logout`, 'POST', {
      cookie: `__Host-oboro-session=${session.id}`,
    });
    expect(bare.status).toBe(403);
    expect(await portal.store.find(session.id)).toBe(session);
    const done = await send(`${portal.url}/auth/logout`, 'POST', of(session));
    expect(JSON.parse(done.body.toString())).toEqual({ location: 'https://provider.test/end' });
    expect(await portal.store.find(session.id)).toBeUndefined();
  });
});

describe('the time of a session', () => {
  let now = Date.now();
  let timed: Portal;
  let who: Session;
  const MINUTE = 60_000;
  const status = async (more: Record<string, string> = {}) =>
    (
      await send(
        timed.url + GET,
        'POST',
        of(who, { ...JSON_TYPE, ...more }),
        `{"name":"${SNAPSHOT}"}`,
      )
    ).status;
  const told = async (method: string, headers = of(who)) => {
    const { status: code, body } = await send(`${timed.url}/auth/session`, method, headers);
    return { code, left: (JSON.parse(body.toString()) as { left?: unknown }).left };
  };

  beforeAll(async () => {
    timed = await startPortal(services, provider, {}, () => now);
  });
  afterAll(() => timed.app.close());
  beforeEach(async () => {
    now = Date.now();
    const tokens = { access: 'mine', accessExpires: now + 36_000_000, refresh: 'r' };
    who = await timed.store.create({ subject: 'person', name: '' }, tokens);
  });

  test('what a page asks by itself does not prolong it, what a person does prolongs it', async () => {
    now += 20 * MINUTE;
    expect(await status({ 'x-oboro-background': '1' })).toBe(200);
    expect(await told('GET')).toEqual({ code: 200, left: { idle: 600, whole: 27_600 } });
    now += 9 * MINUTE;
    expect(await status()).toBe(200);
    now += 29 * MINUTE;
    expect(await status({ 'x-oboro-background': '1' })).toBe(200);
    expect((await told('GET')).code).toBe(200);
    now += MINUTE + 1;
    expect(await status({ 'x-oboro-background': '1' })).toBe(401);
    expect((await told('GET')).code).toBe(401);
  });

  test('a person may prolong it, with the token of the page, up to its absolute end', async () => {
    const bare = { cookie: of(who)['cookie']! };
    for (let step = 0; step < 17; step++) {
      now += 28 * MINUTE;
      expect((await told('POST', bare)).code).toBe(403);
      expect((await told('POST')).code).toBe(200);
    }
    // 7 h 56 min: from here on only four minutes are left, whatever is done.
    expect(await told('POST')).toEqual({ code: 200, left: { idle: 240, whole: 240 } });
    now += 4 * MINUTE + 1;
    expect((await told('POST')).code).toBe(401);
  });
});

describe('uploads', () => {
  const file = randomBytes(3_000_001);
  const TUS = { 'tus-resumable': '1.0.0' };
  const metadata = `snapshot ${Buffer.from(SNAPSHOT).toString('base64')}`;
  const create = (headers: Record<string, string> = {}, who = session) =>
    send(
      `${portal.url}/files`,
      'POST',
      of(who, {
        ...TUS,
        'upload-length': String(file.length),
        'upload-metadata': metadata,
        ...headers,
      }),
    );
  const patch = (path: string, offset: number, body: Buffer | Readable, length?: number) =>
    send(
      portal.url + path,
      'PATCH',
      of(session, {
        ...TUS,
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
        ...(length === undefined ? {} : { 'content-length': String(length) }),
      }),
      body,
    );
  const offsetOf = async (path: string) => {
    const { status, headers } = await send(portal.url + path, 'HEAD', of(session, TUS));
    expect(status).toBe(200);
    expect(headers['upload-length']).toBe(String(file.length));
    return Number(headers['upload-offset']);
  };
  const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

  test('in two parts arrive whole', async () => {
    const { status, headers } = await create();
    expect(status).toBe(201);
    const path = String(headers['location']);
    expect(path).toMatch(/^\/files\/[\w-]+$/);
    expect(headers['access-control-allow-origin']).toBe(ORIGIN);
    expect((await patch(path, 0, file.subarray(0, 1_234_567))).headers['upload-offset']).toBe(
      '1234567',
    );
    expect(await offsetOf(path)).toBe(1_234_567);
    expect((await patch(path, 1_234_567, file.subarray(1_234_567))).status).toBe(204);
    expect(digest(services.committed)).toBe(digest(file));
    expect(services.tokens.every((token) => token === 'Bearer mine')).toBe(true);
  });

  test('of a browser that goes away keep what came; the address goes on in a new process', async () => {
    const path = String((await create()).headers['location']);
    async function* half() {
      yield file.subarray(0, 1_500_000);
      await vi.waitFor(() => expect(services.appending).toBe(1));
      throw new Error('the tab was closed');
    }
    await expect(patch(path, 0, Readable.from(half()), file.length)).rejects.toThrow();
    await vi.waitFor(() => expect(services.appending).toBe(0));
    const second = await startPortal(services, provider);
    const again = await second.store.create({ subject: 'person', name: '' }, session.record.tokens);
    const { headers } = await send(second.url + path, 'HEAD', of(again, TUS));
    const offset = Number(headers['upload-offset']);
    expect(offset).toBe(services.committed.length);
    await second.app.close();
    expect((await patch(path, offset, file.subarray(offset))).status).toBe(204);
    expect(digest(services.committed)).toBe(digest(file));
  });

  test('go on at what is durable when the service fell over', async () => {
    const path = String((await create()).headers['location']);
    services.failAfter = 2_000_000;
    const cut = await patch(path, 0, file);
    expect(cut.status).toBe(503);
    const offset = await offsetOf(path);
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThan(2_100_000);
    expect((await patch(path, 0, file)).status, 'an offset of before').toBe(409);
    expect((await patch(path, offset, file.subarray(offset))).status).toBe(204);
    expect(digest(services.committed)).toBe(digest(file));
  });

  test('of two tabs never run at once, though their addresses differ', async () => {
    const one = String((await create()).headers['location']);
    const two = String((await create()).headers['location']);
    expect(one).not.toBe(two);
    let release = () => {};
    const held = new Promise<void>((next) => (release = next));
    async function* slow() {
      yield file.subarray(0, 1_000_000);
      await held;
      yield file.subarray(1_000_000, 1_000_010);
    }
    const first = patch(one, 0, Readable.from(slow()), file.length).catch(() => undefined);
    await vi.waitFor(() => expect(services.appending).toBe(1));
    const offset = await offsetOf(two);
    expect(offset).toBe(services.committed.length);
    expect((await patch(two, offset, file.subarray(offset))).status).toBe(204);
    release();
    await first;
    expect(services.overlapped).toBe(false);
    expect(digest(services.committed)).toBe(digest(file));
  });

  test('are refused where there is no open snapshot, too long, or not one’s own', async () => {
    expect(
      (
        await create({
          'upload-metadata': `snapshot ${Buffer.from('tenants/x').toString('base64')}`,
        })
      ).status,
    ).toBe(400);
    const elsewhere = `${SNAPSHOT.slice(0, -1)}other`;
    expect(
      (await create({ 'upload-metadata': `snapshot ${Buffer.from(elsewhere).toString('base64')}` }))
        .status,
    ).toBe(404);
    expect((await create({ 'upload-length': String(9 * 2 ** 30) })).status).toBe(413);
    const path = String((await create()).headers['location']);
    expect((await patch(path, 0, Buffer.alloc(file.length + 1))).status).toBe(413);
    const other = await portal.store.create({ subject: 'other', name: '' }, session.record.tokens);
    expect((await send(portal.url + path, 'HEAD', of(other, TUS))).status).toBe(404);
    services.state = SnapshotState.CHECKING;
    const closed = await create();
    expect(closed.status).toBe(410);
    expect(closed.body.toString()).toContain('SNAPSHOT_NOT_OPEN');
    expect(
      (await send(portal.url + path, 'PATCH', { ...TUS, cookie: of(session)['cookie']! })).status,
    ).toBe(403);
  });
});

describe('pages and logs', () => {
  test('each address that is a page is the app; a missing file is missing', async () => {
    const page = await send(`${portal.url}/t/x/statistics/new?by=a`, 'GET');
    expect(page.body.toString()).toContain('朧');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect((await send(`${portal.url}/assets/a-1.js`, 'GET')).headers['cache-control']).toContain(
      'immutable',
    );
    for (const path of ['/assets/gone.js', '/gone.css', '/api/x', '/../package.json']) {
      expect((await send(portal.url + path, 'GET')).status, path).toBe(404);
    }
  });

  test('no line names a person, a token, a resource or a question', async () => {
    await ask(`${GET}?secret=1`, of(session, JSON_TYPE));
    await send(`${portal.url}/t/tenant-name?q=personal`, 'GET', of(session));
    await send(`${portal.url}/auth/callback?code=thecode&state=thestate`, 'GET');
    expect(portal.lines.length).toBeGreaterThan(3);
    const all = portal.lines.filter((line) => !line.includes('Server listening')).join('');
    for (const word of [
      '秘密',
      'mine',
      session.id,
      session.record.csrf,
      SNAPSHOT,
      'personal',
      'tenant-name',
      'thecode',
      'thestate',
      '127.0.0.1',
    ]) {
      expect(all.includes(word) && word, word).toBe(false);
    }
    expect(all).toContain('"route":"POST /api/*"');
  });
});
