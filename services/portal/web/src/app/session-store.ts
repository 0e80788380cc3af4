/**
 * The session as the page knows it: a name, an end and the CSRF value. In memory only; the token never comes here and the
 * cookie cannot be read.
 */
export interface Session {
  name: string;
  /** The token's subject. */
  subject?: string;
  /** ISO 8601. */
  expires: string;
  csrf: string;
  /** How long nobody may do anything. */
  idleSeconds: number;
  /** Seconds to the end when nobody does anything, and whatever is done. */
  left: { idle: number; whole: number };
}

/** When the session ends by this machine's clock, as the portal told at `asked`; milliseconds. */
export interface Ends {
  idle: number;
  whole: number;
  idleSeconds: number;
  asked: number;
}

let current: Session | null = null;
let ends: Ends | null = null;
let ended = false;
const listeners = new Set<() => void>();

export const csrfToken = (): string => current?.csrf ?? '';
export const isEnded = (): boolean => ended;
export const sessionEnds = (): Ends | null => ends;

const tell = () => {
  for (const listener of listeners) listener();
};

function setSession(session: Session | null, now = Date.now()): void {
  current = session;
  ends = session && {
    idle: now + session.left.idle * 1000,
    whole: now + session.left.whole * 1000,
    idleSeconds: session.idleSeconds,
    asked: now,
  };
  if (session) ended = false;
  tell();
}

/** An answer said that nobody is signed in: the shell asks to sign in again and keeps the page. */
export function sessionEnded(): void {
  if (!current || ended) return;
  ended = true;
  tell();
}

/** Called when the session ends, is prolonged, or is there again. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function request(method: 'GET' | 'POST'): Promise<Session | null> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method === 'POST') headers['x-oboro-csrf'] = csrfToken();
  const answer = await fetch('/auth/session', { method, headers });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`/auth/session answered ${answer.status}`);
  return (await answer.json()) as Session;
}

/** Who is signed in; null: nobody. */
export async function fetchSession(): Promise<Session | null> {
  const session = await request('GET');
  setSession(session);
  return session;
}

/**
 * Asks how long the session lasts, which does not prolong it, or says that the work goes on, which does. True: somebody
 * signed in again while it had ended here.
 */
export async function askSession(how: 'ask' | 'prolong'): Promise<boolean> {
  const before = current;
  const session = await request(how === 'ask' ? 'GET' : 'POST');
  if (!session) {
    sessionEnded();
    return false;
  }
  // Another person signed in by another tab: what is shown here is not theirs.
  if (before?.subject && before.subject !== session.subject) window.location.assign('/');
  const again = ended;
  setSession(session);
  return again;
}

/** Ends the session here and at the provider. */
export async function logout(): Promise<void> {
  const answer = await fetch('/auth/logout', {
    method: 'POST',
    headers: { 'x-oboro-csrf': csrfToken(), accept: 'application/json' },
  });
  const location = answer.ok
    ? ((await answer.json()) as { location?: string }).location
    : undefined;
  window.location.assign(location ?? '/');
}

export const loginUrl = (path: string): string => `/auth/login?return=${encodeURIComponent(path)}`;
