// Who gets in, who stays in, and what a browser is told.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { csrfOf, fillSignIn, launch, signIn, visitor } from '../src/browser';
import { Instance } from '../src/instance';

const instance = new Instance(inject('state'));
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** A request that verifies the certificate of the instance and keeps no cookies. */
function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      new URL(path, instance.origin),
      { method, headers, ca: readFileSync(instance.described.ca) },
      (answer) => {
        let body = '';
        answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
        );
      },
    );
    call.on('error', reject);
    call.end();
  });
}

describe('what every answer says', () => {
  test('no inline script, no frame, no other origin', async () => {
    for (const path of ['/', '/assets/none.js', '/auth/session', '/api/x', '/files/x']) {
      const { headers } = await ask('GET', path);
      const policy = String(headers['content-security-policy']);
      expect(policy, path).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers['strict-transport-security'], path).toMatch(/^max-age=\d+/);
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['referrer-policy'], path).toBe('same-origin');
      expect(headers['cross-origin-opener-policy'], path).toBe('same-origin');
      expect(headers['access-control-allow-origin'], path).toBeUndefined();
    }
  });

  test('nobody without a session gets anything', async () => {
    expect((await ask('GET', '/auth/session')).status).toBe(401);
    expect((await ask('POST', '/files', { 'tus-resumable': '1.0.0' })).status).toBe(401);
    const call = await ask('POST', '/api/oboro.tenancy.v1.TenantService/ListTenants', {
      'content-type': 'application/json',
    });
    expect(call.status).toBe(401);
    expect(call.body).toContain('unauthenticated');
    expect((await ask('POST', '/api/grpc.health.v1.Health/Check')).status).toBe(404);
    expect((await ask('POST', '/api/oboro.upload.v1.SnapshotService/AppendSnapshot')).status).toBe(
      404,
    );
  });
});

describe('signing in and out', () => {
  test('through the provider, back to the page that was wanted, and out at the provider too', async () => {
    const { page, context } = await signIn(
      browser,
      instance,
      'tsukuba-analyst',
      '/t/none/statistics?q=1',
    );
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(
      '/t/none/statistics?q=1',
    );
    const cookies = await context.cookies(instance.origin);
    const ours = cookies.filter(({ name }) => name.startsWith('__Host-oboro'));
    expect(ours).toHaveLength(1);
    expect(ours[0]).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
    // No token lies in the browser: neither in what scripts can read nor in the cookie.
    const kept = await page.evaluate(
      () => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie,
    );
    expect(kept).not.toMatch(/eyJ/);
    expect(ours[0]!.value).toMatch(/^[\w-]{43}$/);

    const csrf = await csrfOf(page);
    const { location } = await page.evaluate(
      async (token) =>
        (
          await fetch('/auth/logout', { method: 'POST', headers: { 'x-oboro-csrf': token } })
        ).json() as Promise<{
          location: string;
        }>,
      csrf,
    );
    expect(location).toContain('/session/end');
    await page.goto(location);
    await page.getByRole('button', { name: 'サインアウトする' }).click();
    await page.waitForURL(`${instance.origin}/**`);
    expect(await page.evaluate(async () => (await fetch('/auth/session')).status)).toBe(401);
    // The provider's own session has ended too: it asks for the password again.
    await page.goto('/auth/login');
    await page.getByLabel('パスワード').waitFor();
    await context.close();
  });

  test('a stolen cookie of before the log-out opens nothing', async () => {
    const { page, context } = await signIn(browser, instance, 'tsukuba-auditor');
    const [cookie] = (await context.cookies(instance.origin)).filter(({ name }) =>
      name.startsWith('__Host-oboro'),
    );
    const headers = { cookie: `${cookie!.name}=${cookie!.value}` };
    expect((await ask('GET', '/auth/session', headers)).status).toBe(200);
    await page.evaluate(
      async (token) =>
        fetch('/auth/logout', { method: 'POST', headers: { 'x-oboro-csrf': token } }),
      await csrfOf(page),
    );
    expect((await ask('GET', '/auth/session', headers)).status).toBe(401);
    await context.close();
  });

  test('a wrong password stays at the provider', async () => {
    const { page, context } = await visitor(browser, instance);
    await page.goto('/auth/login');
    await fillSignIn(page, 'tsukuba-analyst', 'wrong');
    await page.getByRole('alert').waitFor();
    expect(page.url()).toContain(instance.described.issuer);
    await context.close();
  });

  test('an answer of the provider that nobody asked for is refused', async () => {
    const { status, body, headers } = await ask('GET', '/auth/callback?code=x&state=y');
    expect(status).toBe(400);
    expect(body).toContain('サインインできません');
    expect(headers['set-cookie']?.toString() ?? '').not.toContain('oboro-session=');
  });

  test('the way back leads nowhere else', async () => {
    for (const evil of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      '/auth/logout',
    ]) {
      const { page, context } = await signIn(browser, instance, 'stranger', evil);
      expect(page.url().startsWith(`${instance.origin}/`)).toBe(true);
      expect(new URL(page.url()).pathname).toBe('/');
      await context.close();
    }
  });

  test('a call without the token of the page is refused', async () => {
    const { page, context } = await signIn(browser, instance, 'tsukuba-analyst');
    const statuses = await page.evaluate(async () => {
      const call = (headers: Record<string, string>) =>
        fetch('/api/oboro.tenancy.v1.TenantService/ListTenants', {
          method: 'POST',
          body: '{}',
          headers: { 'content-type': 'application/json', ...headers },
        }).then((answer) => answer.status);
      const { csrf } = (await (await fetch('/auth/session')).json()) as { csrf: string };
      return [
        await call({}),
        await call({ 'x-oboro-csrf': 'x' }),
        await call({ 'x-oboro-csrf': csrf }),
      ];
    });
    expect(statuses).toEqual([403, 403, 200]);
    await context.close();
  });

  test('a session outlives a restart of the portal', async () => {
    const { page, context } = await signIn(browser, instance, 'tsukuba-steward');
    instance.kill('portal');
    await instance.restart();
    expect(await page.evaluate(async () => (await fetch('/auth/session')).status)).toBe(200);
    await context.close();
  });
});
