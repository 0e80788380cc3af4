import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Access, SessionEnded } from '../src/auth/access';
import { GrantRefused } from '../src/auth/provider';
import { ConfigError, parseConfig } from '../src/config';
import { csrfPasses } from '../src/security/csrf';
import { CONTENT_SECURITY_POLICY } from '../src/security/headers';
import { returnPath } from '../src/security/return-path';
import { Seal } from '../src/seal';
import { SessionStore } from '../src/session';
import { crc32c } from '../src/uploads/crc32c';
import { PIECE_BYTES, piecesOf } from '../src/uploads/pieces';
import { isSnapshotName } from '../src/uploads/upload-id';
import { Vault } from '../src/vault';
import { FakeProvider } from './fake-service';

const LIMITS = { idleSeconds: 60, absoluteSeconds: 600 };
const TOKENS = { access: 'a', accessExpires: 10_000_000, refresh: 'r' };
const PERSON = { subject: 'p', name: '人' };

describe('sessions', () => {
  let now = 0;
  let dir = '';
  const clock = () => now;
  beforeEach(() => {
    now = 1_000_000;
    dir = mkdtempSync(join(tmpdir(), 'oboro-vault-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('end when idle, and after their absolute time whatever is done', async () => {
    const store = new SessionStore(LIMITS, undefined, clock);
    const idle = await store.create(PERSON, TOKENS);
    now += 60_000;
    expect(await store.find(idle.id)).toBe(idle);
    now += 1;
    expect(await store.find(idle.id)).toBeUndefined();
    expect(idle.closed.signal.aborted).toBe(true);

    const busy = await store.create(PERSON, TOKENS);
    for (let step = 0; step < 20; step++) {
      now += 30_000;
      expect(await store.find(busy.id)).toBe(busy);
      store.touch(busy);
    }
    now += 1;
    expect(await store.find(busy.id)).toBeUndefined();
  });

  test('each has an id and a token of its own, and only its very id finds it', async () => {
    const store = new SessionStore(LIMITS, undefined, clock);
    const one = await store.create(PERSON, TOKENS);
    const two = await store.create(PERSON, TOKENS);
    expect(new Set([one.id, two.id, one.record.csrf, two.record.csrf]).size).toBe(4);
    for (const id of [undefined, '', 'x', one.key, `${one.id}A`, '../../etc/passwd']) {
      expect(await store.find(id)).toBeUndefined();
    }
  });

  test('outlive a restart; the folder alone opens nothing, nor does another secret', async () => {
    const secret = Buffer.alloc(32, 1);
    const store = new SessionStore(LIMITS, new Vault(dir, secret), clock);
    const session = await store.create(PERSON, { ...TOKENS, access: 'ACCESS-TOKEN' });
    const [name] = readdirSync(dir);
    const content = readFileSync(join(dir, name!), 'utf8');
    expect(name).toBe(createHash('sha256').update(session.id).digest('hex'));
    expect(Buffer.from(content, 'base64url').toString('latin1')).not.toMatch(/ACCESS-TOKEN|人/);
    expect(statSync(join(dir, name!)).mode & 0o777).toBe(0o600);

    const after = new SessionStore(LIMITS, new Vault(dir, secret), clock);
    const [found, again] = await Promise.all([after.find(session.id), after.find(session.id)]);
    expect(found?.record).toEqual(session.record);
    expect(again, 'two calls at once are one session').toBe(found);
    const other = new SessionStore(LIMITS, new Vault(dir, Buffer.alloc(32, 2)), clock);
    expect(await other.find(session.id)).toBeUndefined();
    await after.end(found!);
    expect(readdirSync(dir)).toEqual([]);
    expect(
      await new SessionStore(LIMITS, new Vault(dir, secret), clock).find(session.id),
    ).toBeUndefined();
  });

  test('a save that comes after the end brings nothing back', async () => {
    const store = new SessionStore(LIMITS, new Vault(dir, Buffer.alloc(32)), clock);
    const session = await store.create(PERSON, TOKENS);
    await Promise.all([store.save(session), store.end(session), store.save(session)]);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('a token about to run out is refreshed once for all who wait', async () => {
    const store = new SessionStore(LIMITS, undefined, clock);
    const provider = new FakeProvider();
    const session = await store.create(PERSON, { ...TOKENS, accessExpires: now + 59_000 });
    const access = new Access(store, provider, clock);
    expect(await Promise.all([access.token(session), access.token(session)])).toEqual([
      'access-1',
      'access-1',
    ]);
    expect(provider.refreshed).toBe(1);
    expect(session.record.tokens.refresh).toBe('r');
  });

  test('a provider that refuses ends the session; one that is away does not while the token holds', async () => {
    const store = new SessionStore(LIMITS, undefined, clock);
    const provider = new FakeProvider();
    const access = new Access(store, provider, clock);
    const session = await store.create(PERSON, { ...TOKENS, accessExpires: now + 59_000 });
    provider.refuse = new Error('ECONNREFUSED');
    expect(await access.token(session)).toBe('a');
    now += 59_001;
    await expect(access.token(session)).rejects.toThrow('ECONNREFUSED');
    expect(await store.find(session.id)).toBe(session);
    provider.refuse = new GrantRefused('invalid_grant');
    await expect(access.token(session)).rejects.toBeInstanceOf(SessionEnded);
    expect(await store.find(session.id)).toBeUndefined();
  });
});

describe('requests of other origins', () => {
  const origin = 'https://portal.test';
  const good = { origin, 'x-oboro-csrf': 'token', 'sec-fetch-site': 'same-origin' };
  test.each([
    ['all is as it must be', good, true],
    ['an older browser without fetch metadata', { origin, 'x-oboro-csrf': 'token' }, true],
    ['no token', { origin }, false],
    ['a wrong token', { ...good, 'x-oboro-csrf': 'tokem' }, false],
    ['another origin', { ...good, origin: 'https://evil.test' }, false],
    ['a sandboxed frame', { ...good, origin: 'null' }, false],
    ['another site by fetch metadata', { ...good, 'sec-fetch-site': 'cross-site' }, false],
    ['a neighbour below the same domain', { ...good, 'sec-fetch-site': 'same-site' }, false],
    ['nothing says whence', { 'x-oboro-csrf': 'token' }, false],
  ])('%s', (_what, headers, passes) => {
    expect(csrfPasses('POST', headers, origin, 'token')).toBe(passes);
    expect(csrfPasses('GET', {}, origin, 'token')).toBe(true);
  });

  test('the policy names nothing but ourselves', () => {
    const directives = new Map(
      CONTENT_SECURITY_POLICY.split('; ').map((part) => [
        part.split(' ')[0],
        part.split(' ').slice(1),
      ]),
    );
    expect(directives.get('default-src')).toEqual(["'none'"]);
    for (const name of ['script-src', 'style-src', 'worker-src', 'connect-src']) {
      expect(directives.get(name), name).toEqual(["'self'"]);
    }
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|https?:/);
  });

  test.each([
    ['/t/x?q=1#z', '/t/x?q=1#z'],
    ['//evil.test', '/'],
    ['/\\evil.test', '/'],
    ['/\t/evil.test', '/'],
    ['https://evil.test', '/'],
    ['javascript:alert(1)', '/'],
    ['/.//evil.test', '/'],
    ['/auth/logout', '/'],
    ['/x/../auth/logout', '/'],
    [['/a', '/b'], '/'],
  ])('after the log-in: %s', (given, expected) => {
    expect(returnPath(given, origin)).toBe(expected);
  });
});

describe('seals', () => {
  test('open only whole, by the same secret and for the same purpose', () => {
    const seal = new Seal(Buffer.alloc(32, 1), 'a');
    const sealed = seal.seal('朧');
    expect(seal.open(sealed)).toBe('朧');
    expect(seal.seal('朧')).not.toBe(sealed);
    expect(new Seal(Buffer.alloc(32, 1), 'b').open(sealed)).toBeUndefined();
    expect(new Seal(Buffer.alloc(32, 2), 'a').open(sealed)).toBeUndefined();
    for (const bad of ['', 'x', sealed.slice(4), `${sealed.slice(0, -2)}AA`])
      expect(seal.open(bad)).toBeUndefined();
    expect(() => new Seal(Buffer.alloc(16), 'a')).toThrow();
  });
});

describe('pieces', () => {
  // RFC 3720, appendix B.4, and the check value of the CRC catalogue.
  test.each([
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    [Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c],
    [Buffer.from('123456789'), 0xe3069283],
    [Buffer.alloc(0), 0],
  ])('checksum %#', (data, expected) => {
    expect(crc32c(data)).toBe(expected);
  });

  const collect = async (source: AsyncIterable<Uint8Array>, offset: number) => {
    const cut = vi.fn();
    const pieces = [];
    for await (const piece of piecesOf(source, offset, cut)) pieces.push(piece);
    return { pieces, cut };
  };

  test('hold every byte once, in order, none larger than it may be', async () => {
    const whole = Buffer.from(
      Array.from({ length: 3 * PIECE_BYTES + 17 }, (_, i) => (i * 31) & 0xff),
    );
    async function* source() {
      for (let at = 0, size = 1; at < whole.length; at += size, size = (size * 7 + 3) % 90_001) {
        yield whole.subarray(at, at + size);
        if (size === 0) size = 1;
      }
    }
    const { pieces, cut } = await collect(source(), 1000);
    expect(Buffer.concat(pieces.map(({ data }) => data)).equals(whole)).toBe(true);
    let at = 1000n;
    for (const piece of pieces) {
      expect(piece.offset).toBe(at);
      expect(piece.data.length).toBeLessThanOrEqual(PIECE_BYTES);
      expect(piece.crc32c).toBe(crc32c(piece.data));
      at += BigInt(piece.data.length);
    }
    expect(cut).not.toHaveBeenCalled();
  });

  test('a source that breaks off still yields what it gave', async () => {
    async function* source() {
      yield Buffer.from('abc');
      throw new Error('gone');
    }
    const { pieces, cut } = await collect(source(), 0);
    expect(Buffer.concat(pieces.map(({ data }) => data)).toString()).toBe('abc');
    expect(cut).toHaveBeenCalledOnce();
  });

  test('only names of snapshots are places to upload to', () => {
    expect(isSnapshotName('tenants/a/datasets/b-c/snapshots/d')).toBe(true);
    for (const bad of [
      'tenants/a',
      'tenants/a/datasets/b/snapshots/../x',
      'tenants/a/datasets/b/snapshots/c/d',
      7,
      null,
    ]) {
      expect(isSnapshotName(bad)).toBe(false);
    }
  });
});

describe('configuration', () => {
  const least = {
    origin: 'https://localhost:8443',
    listen: { host: '127.0.0.1', port: 8443 },
    probes: { port: 1 },
    tls: { cert: 'c', key: 'k' },
    web: 'w',
    upstream: { address: 'a:1', ca: 'c', cert: 'c', key: 'k' },
    oidc: { issuer: 'i', clientId: 'p', clientSecretFile: 's' },
    secretFile: 's',
  };
  test('has defaults, and the environment goes before the file', () => {
    const config = parseConfig(least, {
      OBORO_PORTAL_SESSION_IDLE_SECONDS: '60',
      OBORO_PORTAL_OIDC_CLIENT_ID: 'q',
    });
    expect(config.session.idleSeconds).toBe(60);
    expect(config.oidc.clientId).toBe('q');
    expect(config.oidc.scope).toContain('offline_access');
    expect(config.probes.host).toBe('127.0.0.1');
  });
  test.each([
    [{ ...least, origin: 'http://localhost' }, /origin must be https/],
    [{ ...least, origin: 'https://localhost/x' }, /without a path/],
    [{ ...least, colour: 'red' }, /unknown key colour/],
    [{ ...least, tls: { cert: 'c' } }, /tls.key is missing/],
    [{ ...least, listen: { host: 'h', port: '1' } }, /listen.port must be a whole number/],
    [null, /must be an object/],
  ])('%# tells what is wrong', (document, message) => {
    expect(() => parseConfig(document)).toThrow(ConfigError);
    expect(() => parseConfig(document)).toThrow(message);
  });
});
