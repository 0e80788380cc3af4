import { TenantState } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';

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
