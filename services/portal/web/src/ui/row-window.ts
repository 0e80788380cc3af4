import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect } from 'react';

interface RowWindow<R> {
  /** Index of the first row drawn. */
  first: number;
  shown: readonly R[];
  /** Pixels of the rows above and below that are not drawn. */
  above: number;
  below: number;
}

const ROW_HEIGHT = 49;

/** The rows in sight of a scrolled region; all of them when not `virtual`. */
export function useRowWindow<R>(
  rows: readonly R[],
  scroller: RefObject<HTMLElement | null>,
  virtual: boolean,
  onNearEnd?: () => void,
): RowWindow<R> {
  const virtualizer = useVirtualizer({
    count: virtual ? rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    // Rows wrap, so their heights differ: what was drawn is measured.
    measureElement: (element) => element.getBoundingClientRect().height,
    indexAttribute: 'data-row',
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1);
  useEffect(() => {
    for (const row of scroller.current?.querySelectorAll<HTMLElement>('tbody tr[data-row]') ?? []) {
      if (virtual) virtualizer.measureElement(row);
    }
  });
  const nearEnd = virtual ? (last?.index ?? 0) >= rows.length - 20 : true;
  useEffect(() => {
    if (nearEnd) onNearEnd?.();
  }, [nearEnd, onNearEnd, rows.length]);
  if (!virtual) return { first: 0, shown: rows, above: 0, below: 0 };
  const start = items[0];
  return {
    first: start?.index ?? 0,
    shown: start && last ? rows.slice(start.index, last.index + 1) : [],
    above: start?.start ?? 0,
    below: last ? Math.max(0, virtualizer.getTotalSize() - last.end) : 0,
  };
}
