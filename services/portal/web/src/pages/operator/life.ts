import { TenantState } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { formatNumber } from '../../lib/format';

export type Verb = 'suspend' | 'resume' | 'seal' | 'shred';

const { ACTIVE, SUSPENDED, SEALED } = TenantState;

/** What changes a state, as docs/architecture.md has it. A sealed tenant is only resumed or shredded. */
const FROM: Record<Verb, readonly TenantState[]> = {
  suspend: [ACTIVE],
  resume: [SUSPENDED, SEALED],
  seal: [ACTIVE, SUSPENDED],
  shred: [ACTIVE, SUSPENDED, SEALED],
};

export const VERBS = Object.keys(FROM) as Verb[];

export const verbsFor = (state: TenantState): Verb[] =>
  VERBS.filter((verb) => FROM[verb].includes(state));

/** A whole number that a person typed, with or without separators; null for anything else. */
export function wholeNumber(typed: string): bigint | null {
  const plain = typed.normalize('NFKC').replaceAll(/[,\s]/g, '');
  return /^\d{1,15}$/.test(plain) ? BigInt(plain) : null;
}

/** Bytes as gigabytes, to the megabyte: 68.719. */
export const gigabytesText = (bytes: bigint): string => {
  const megabytes = bytes / 1_000_000n;
  const rest = String(megabytes % 1000n)
    .padStart(3, '0')
    .replace(/0+$/, '');
  return formatNumber(megabytes / 1000n) + (rest ? `.${rest}` : '');
};

/** What was typed as gigabytes, with at most three places; null when it is no such number or none at all. */
export function bytesOf(typed: string): bigint | null {
  const found = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(
    typed.normalize('NFKC').replaceAll(/[,\s]/g, ''),
  );
  if (!found) return null;
  const bytes = BigInt(found[1] + (found[2] ?? '').padEnd(3, '0')) * 1_000_000n;
  return bytes > 0n ? bytes : null;
}
