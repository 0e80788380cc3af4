// Sessions at rest, so that a restarted portal knows its people again. Each file is sealed under a key made of the
// cookie's value and the portal's secret together: the folder without the browser opens nothing, nor does the cookie
// without the folder. The file's name is a digest of the cookie's value.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Seal, sha256 } from './seal';
import type { SessionRecord } from './session';

export class Vault {
  // Writes of one session follow each other, and a removal is the last of them.
  readonly #queues = new Map<string, Promise<void>>();
  #count = 0;

  constructor(
    readonly dir: string,
    readonly secret: Uint8Array,
  ) {}

  async read(id: string): Promise<SessionRecord | undefined> {
    const sealed = await readFile(this.#path(id), 'utf8').catch(() => undefined);
    const text = sealed === undefined ? undefined : this.#seal(id).open(sealed);
    return text === undefined ? undefined : (JSON.parse(text) as SessionRecord);
  }

  write(id: string, record: SessionRecord): Promise<void> {
    const sealed = this.#seal(id).seal(JSON.stringify(record));
    return this.#queue(id, async () => {
      await mkdir(this.dir, { recursive: true, mode: 0o700 });
      const path = this.#path(id);
      const fresh = `${path}.${process.pid}.${++this.#count}`;
      await writeFile(fresh, sealed, { mode: 0o600 });
      await rename(fresh, path);
    });
  }

  remove(id: string): Promise<void> {
    return this.#queue(id, () => rm(this.#path(id), { force: true }));
  }

  /** Removes files not written since a time (milliseconds since 1970). */
  async sweep(before: number): Promise<void> {
    for (const name of await readdir(this.dir).catch(() => [])) {
      const path = join(this.dir, name);
      const found = await stat(path).catch(() => undefined);
      if (found && found.mtimeMs < before) await rm(path, { force: true });
    }
  }

  #path(id: string): string {
    return join(this.dir, sha256(id));
  }

  #seal(id: string): Seal {
    return new Seal(Buffer.concat([Buffer.from(id, 'base64url'), this.secret]), 'session at rest');
  }

  #queue(id: string, act: () => Promise<void>): Promise<void> {
    const key = sha256(id);
    const next = (this.#queues.get(key) ?? Promise.resolve()).catch(() => {}).then(act);
    this.#queues.set(key, next);
    const forget = () => {
      if (this.#queues.get(key) === next) this.#queues.delete(key);
    };
    next.then(forget, forget);
    return next;
  }
}
