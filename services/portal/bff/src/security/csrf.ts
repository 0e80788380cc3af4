// A change is accepted only from a page of this origin that knows the session's token.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const same = (a: string, b: string): boolean => {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
};

/** Whether the browser says that the request comes from our own origin. Browsers send `Origin` with every change. */
export function fromOwnOrigin(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return headers.origin === undefined ? site === 'same-origin' : headers.origin === origin;
}

export function csrfPasses(
  method: string,
  headers: IncomingHttpHeaders,
  origin: string,
  token: string,
): boolean {
  if (SAFE.has(method)) return true;
  const given = headers['x-oboro-csrf'];
  return typeof given === 'string' && same(given, token) && fromOwnOrigin(headers, origin);
}
