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
}

let current: Session | null = null;
let ended = false;
const listeners = new Set<() => void>();

export const csrfToken = (): string => current?.csrf ?? '';
export const isEnded = (): boolean => ended;

export function setSession(session: Session | null): void {
  current = session;
  if (session) ended = false;
}

/** An answer said that nobody is signed in: the shell asks to sign in again and keeps the page. */
export function sessionEnded(): void {
  if (!current || ended) return;
  ended = true;
  for (const listener of listeners) listener();
}

export function onSessionEnded(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Who is signed in; null: nobody. */
export async function fetchSession(): Promise<Session | null> {
  const answer = await fetch('/auth/session', { headers: { accept: 'application/json' } });
  if (answer.status === 401) {
    setSession(null);
    return null;
  }
  if (!answer.ok) throw new Error(`/auth/session answered ${answer.status}`);
  const session = (await answer.json()) as Session;
  setSession(session);
  return session;
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
