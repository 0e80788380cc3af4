// Requests as a browser sends them, over HTTP/1.1, to a server whose certificate is only a test's.
import { request } from 'node:https';
import type { Readable } from 'node:stream';

import type { Session } from '../src/session';
import { ORIGIN } from './fake-service';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export function send(
  url: string,
  method: string,
  headers: Record<string, string> = {},
  body?: string | Buffer | Readable,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, rejectUnauthorized: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(parts),
        }),
      );
    });
    call.on('error', reject);
    if (body && typeof body !== 'string' && !Buffer.isBuffer(body)) {
      body.on('error', (error) => call.destroy(error));
      body.pipe(call);
    } else {
      call.end(body);
    }
  });
}

/** Headers of a page of the portal with this session. */
export const of = (
  session: Session,
  more: Record<string, string> = {},
): Record<string, string> => ({
  cookie: `__Host-oboro-session=${session.id}`,
  origin: ORIGIN,
  'sec-fetch-site': 'same-origin',
  'x-oboro-csrf': session.record.csrf,
  ...more,
});
