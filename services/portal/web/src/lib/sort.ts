export type SortValue = string | number | bigint | boolean | null | undefined;

const collator = new Intl.Collator('ja', { numeric: true });
const isMissing = (value: SortValue) => value === null || value === undefined || value === '';

/** Orders two values that are there: numbers by size, words by the Japanese order. */
export function compareValues(a: SortValue, b: SortValue): number {
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return a! < b! ? -1 : a! > b! ? 1 : 0;
}

/** A sorted copy; equal ones keep their order, and what is missing stays at the end in both directions. */
export function sortRows<R>(
  rows: readonly R[],
  value: (row: R) => SortValue,
  ascending: boolean,
): R[] {
  const direction = ascending ? 1 : -1;
  return rows
    .map((row) => ({ row, value: value(row) }))
    .toSorted((a, b) =>
      isMissing(a.value) || isMissing(b.value)
        ? Number(isMissing(a.value)) - Number(isMissing(b.value))
        : direction * compareValues(a.value, b.value),
    )
    .map((entry) => entry.row);
}
