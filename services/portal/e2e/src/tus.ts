// A tus client outside of the page, with the cookie and the CSRF value of one: for what a page cannot be made to do.
import { readFileSync } from 'node:fs';

import type { Page } from 'playwright-core';
import { DefaultHttpStack, Upload, type UploadOptions } from 'tus-js-client';

import { csrfOf } from './browser';
import type { Instance } from './instance';

export async function tusUpload(
  instance: Instance,
  page: Page,
  snapshot: string,
  file: Buffer | NodeJS.ReadableStream,
  options: Partial<UploadOptions> = {},
): Promise<{ url: string }> {
  const cookies = await page.context().cookies(instance.origin);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const headers = { cookie, origin: instance.origin, 'x-oboro-csrf': await csrfOf(page) };
  return new Promise((resolve, reject) => {
    const upload = new Upload(file as never, {
      endpoint: `${instance.origin}/files`,
      headers,
      metadata: { snapshot, filename: 'register.csv' },
      httpStack: new DefaultHttpStack({ ca: readFileSync(instance.described.ca) }),
      retryDelays: Array.from({ length: 60 }, () => 500),
      ...options,
      onError: reject,
      onSuccess: () => resolve({ url: upload.url ?? '' }),
    });
    upload.start();
  });
}
