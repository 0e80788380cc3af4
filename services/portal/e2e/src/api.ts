// Calls of the services as a page makes them: Connect with JSON, the session's cookie and its CSRF value.
import type { Page } from 'playwright-core';

import { csrfOf } from './browser';

export interface CallAnswer<T> {
  status: number;
  body: T & { code?: string; message?: string };
}

/** SERVICE/METHOD as oboro.upload.v1.SnapshotService/GetSnapshot. */
export async function tryCall<T = Record<string, unknown>>(
  page: Page,
  method: string,
  message: unknown,
): Promise<CallAnswer<T>> {
  const csrf = await csrfOf(page);
  return page.evaluate(
    async ([path, body, token]) => {
      const answer = await fetch(`/api/${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'x-oboro-csrf': token },
      });
      return { status: answer.status, body: (await answer.json()) as never };
    },
    [method, JSON.stringify(message), csrf] as const,
  );
}

export async function call<T = Record<string, unknown>>(
  page: Page,
  method: string,
  message: unknown,
): Promise<T> {
  const { status, body } = await tryCall<T>(page, method, message);
  if (status !== 200) throw new Error(`${method}: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** tenants/... of a municipality's code. */
export async function tenantOf(page: Page, code: string): Promise<string> {
  const { tenants } = await call<{ tenants: { name: string; municipalityCode: string }[] }>(
    page,
    'oboro.tenancy.v1.TenantService/ListTenants',
    {},
  );
  const found = tenants.find((tenant) => tenant.municipalityCode === code);
  if (!found) throw new Error(`no tenant of ${code}`);
  return found.name;
}

interface OperationAnswer {
  operation: { name: string; state: string; resultName?: string; error?: { message?: string } };
}

/** Waits for an operation as a page would ask for it, and answers how it ended. */
export async function ended(page: Page, name: string): Promise<OperationAnswer['operation']> {
  for (let tries = 0; tries < 1200; tries++) {
    const { operation } = await call<OperationAnswer>(
      page,
      'oboro.operation.v1.OperationService/GetOperation',
      { name },
    );
    if (!/QUEUED|RUNNING/.test(operation.state)) return operation;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`${name} does not end`);
}

/** All answers of a server stream, by Connect's frames of JSON. */
export async function stream<T>(page: Page, method: string, message: unknown): Promise<T[]> {
  const csrf = await csrfOf(page);
  const text = await page.evaluate(
    async ([path, body, token]) => {
      const json = new TextEncoder().encode(body);
      const frame = new Uint8Array(5 + json.length);
      new DataView(frame.buffer).setUint32(1, json.length);
      frame.set(json, 5);
      const answer = await fetch(`/api/${path}`, {
        method: 'POST',
        body: frame,
        headers: { 'content-type': 'application/connect+json', 'x-oboro-csrf': token },
      });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const messages: string[] = [];
      for (let at = 0; at < bytes.length;) {
        const size = new DataView(bytes.buffer).getUint32(at + 1);
        const part = new TextDecoder().decode(bytes.subarray(at + 5, at + 5 + size));
        // The last frame says how it ended.
        if (bytes[at] === 2) {
          if (part.includes('"error"')) throw new Error(part);
        } else messages.push(part);
        at += 5 + size;
      }
      return `[${messages.join()}]`;
    },
    [method, JSON.stringify(message), csrf] as const,
  );
  return JSON.parse(text) as T[];
}
