// Sessions of signed-in people. Tokens stay here; the browser holds a random number in a cookie.
import { sha256, randomToken } from './seal';
import type { Vault } from './vault';

export interface Tokens {
  access: string;
  /** Milliseconds since 1970. */
  accessExpires: number;
  refresh?: string;
  id?: string;
}

/** What of a session is kept at rest. */
export interface SessionRecord {
  subject: string;
  name: string;
  csrf: string;
  created: number;
  lastSeen: number;
  tokens: Tokens;
}

export class Session {
  /** Digest of the id: names the session in logs and files, and opens nothing. */
  readonly key: string;
  /** Aborted when the session ends: streams that run for it end too. */
  readonly closed = new AbortController();
  refreshing: Promise<void> | undefined;
  savedSeen: number;

  constructor(
    readonly id: string,
    readonly record: SessionRecord,
  ) {
    this.key = sha256(id);
    this.savedSeen = record.lastSeen;
  }
}

export interface SessionLimits {
  idleSeconds: number;
  absoluteSeconds: number;
}

const SAVE_SEEN_EVERY = 60_000;
const ID = /^[A-Za-z0-9_-]{43}$/;

export class SessionStore {
  readonly #sessions = new Map<string, Session>();
  readonly #loading = new Map<string, Promise<Session | undefined>>();

  constructor(
    readonly limits: SessionLimits,
    readonly vault: Vault | undefined,
    readonly now: () => number = Date.now,
  ) {}

  get size(): number {
    return this.#sessions.size;
  }

  /** A new session under an id that nobody knew before. */
  async create(person: { subject: string; name: string }, tokens: Tokens): Promise<Session> {
    const now = this.now();
    const session = new Session(randomToken(), {
      ...person,
      csrf: randomToken(),
      created: now,
      lastSeen: now,
      tokens,
    });
    this.#sessions.set(session.id, session);
    await this.vault?.write(session.id, session.record);
    return session;
  }

  /** The live session of a cookie's value; undefined when there is none or it has timed out. */
  async find(id: string | undefined): Promise<Session | undefined> {
    if (!id || !ID.test(id)) return undefined;
    const session = this.#sessions.get(id) ?? (await this.#load(id));
    if (!session || session.closed.signal.aborted) return undefined;
    if (this.#timedOut(session.record)) {
      await this.end(session);
      return undefined;
    }
    return session;
  }

  /** The person did something: the idle time begins anew. */
  touch(session: Session): void {
    session.record.lastSeen = this.now();
    if (session.record.lastSeen - session.savedSeen >= SAVE_SEEN_EVERY) void this.save(session);
  }

  async save(session: Session): Promise<void> {
    if (session.closed.signal.aborted) return;
    session.savedSeen = session.record.lastSeen;
    await this.vault?.write(session.id, session.record);
  }

  async end(session: Session): Promise<void> {
    session.closed.abort();
    this.#sessions.delete(session.id);
    await this.vault?.remove(session.id);
  }

  /** Milliseconds since 1970 at which the session ends whatever is done. */
  expires(session: Session): number {
    return session.record.created + this.limits.absoluteSeconds * 1000;
  }

  /** Seconds until the session ends when nothing is done, and whatever is done. */
  left(session: Session): { idle: number; whole: number } {
    const { created, lastSeen } = session.record;
    const rest = (since: number, seconds: number) =>
      Math.max(0, Math.floor((since - this.now()) / 1000 + seconds));
    const whole = rest(created, this.limits.absoluteSeconds);
    return { idle: Math.min(whole, rest(lastSeen, this.limits.idleSeconds)), whole };
  }

  /** Ends what has timed out; the sessions of closed browsers. */
  async sweep(): Promise<void> {
    for (const session of this.#sessions.values()) {
      if (this.#timedOut(session.record)) await this.end(session);
    }
    await this.vault?.sweep(this.now() - this.limits.absoluteSeconds * 1000);
  }

  async saveAll(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.save(session)));
  }

  #timedOut(record: SessionRecord): boolean {
    const now = this.now();
    return (
      now - record.lastSeen > this.limits.idleSeconds * 1000 ||
      now - record.created > this.limits.absoluteSeconds * 1000
    );
  }

  // Two calls that arrive together after a restart must become one session, or each would refresh on its own.
  #load(id: string): Promise<Session | undefined> {
    const running = this.#loading.get(id);
    if (running) return running;
    const loading = (async () => {
      const record = await this.vault?.read(id);
      if (!record) return undefined;
      const session = new Session(id, record);
      this.#sessions.set(id, session);
      return session;
    })().finally(() => this.#loading.delete(id));
    this.#loading.set(id, loading);
    return loading;
  }
}
