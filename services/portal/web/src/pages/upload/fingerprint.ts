import { hex } from '../../lib/hex';

/**
 * What the browser remembers of an upload that was begun: the snapshot's name and a fingerprint of the file's properties
 * (never its content or name), so that the same file is known again after the tab was closed.
 */
const KEY = 'oboro.uploads';
const KEPT = 50;

interface Stored {
  snapshot: string;
  fingerprint: string;
}

/** SHA-256 over size, last change and name. */
export async function fingerprintOf(
  file: Pick<File, 'name' | 'size' | 'lastModified'>,
): Promise<string> {
  const properties = new TextEncoder().encode(`${file.size}|${file.lastModified}|${file.name}`);
  const digest = await crypto.subtle.digest('SHA-256', properties);
  return hex(new Uint8Array(digest));
}

function load(): Stored[] {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(parsed)
      ? (parsed as Stored[]).filter((item) => item?.snapshot && item.fingerprint)
      : [];
  } catch {
    return [];
  }
}

function store(all: Stored[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(all.slice(-KEPT)));
  } catch {
    // Nothing is kept: the person can still choose the file again.
  }
}

export const remember = (snapshot: string, fingerprint: string): void =>
  store([...load().filter((item) => item.snapshot !== snapshot), { snapshot, fingerprint }]);

export const forget = (snapshot: string): void =>
  store(load().filter((item) => item.snapshot !== snapshot));

export const rememberedFor = (snapshot: string): string | null =>
  load().find((item) => item.snapshot === snapshot)?.fingerprint ?? null;
