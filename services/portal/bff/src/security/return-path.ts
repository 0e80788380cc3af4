/** A path of our own to go back to after the log-in; anything else becomes "/", so that a link leads nowhere else. */
export function returnPath(given: unknown, origin: string): string {
  if (typeof given !== 'string' || given.length > 2000 || !given.startsWith('/')) return '/';
  if (!URL.canParse(given, origin)) return '/';
  const url = new URL(given, origin);
  if (
    url.origin !== origin ||
    url.pathname.startsWith('//') ||
    /^\/(auth|api|files)(\/|$)/.test(url.pathname)
  )
    return '/';
  return url.pathname + url.search + url.hash;
}
