import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { formatNumber } from '../../lib/format';
import { Icon } from '../../ui/icons';
import { CellStatus } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { splitLabel, type StatTable } from './model/table';
import type { Layout } from './model/layout';
import type { Header, Pivot } from './model/pivot';

const ROW = 36;
const COLUMN = 128;

interface PivotTableProps {
  table: StatTable;
  layout: Layout;
  pivot: Pivot;
  caption: string;
  onSort: (sort: Layout['sort']) => void;
  onToggle: (dimension: number, member: number) => void;
}

export function useStatusText(): (status: CellStatus) => string {
  const t = useText(statistics);
  return (status) => {
    const name = CellStatus[status] as keyof typeof t.explore.status;
    return t.explore.status[name] ?? t.explore.suppressedWhy;
  };
}

/**
 * The protected table. Only what is in sight is in the document (tables of 100,000 cells scroll smoothly); rows and columns tell
 * assistive technology their true numbers.
 */
export function PivotTable({ table, layout, pivot, caption, onSort, onToggle }: PivotTableProps) {
  const t = useText(statistics);
  const { language } = useLanguage();
  const whyOf = useStatusText();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: pivot.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: pivot.columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => COLUMN,
    overscan: 4,
  });
  const heads = Math.max(1, layout.columns.length);
  const stubs = Math.max(1, layout.rows.length);
  const across = columns.getVirtualItems();
  const down = rows.getVirtualItems();
  const left = across[0]?.start ?? 0;
  const right = columns.getTotalSize() - (across.at(-1)?.end ?? 0);
  const above = down[0]?.start ?? 0;
  const below = rows.getTotalSize() - (down.at(-1)?.end ?? 0);

  return (
    <div className="o-pivot" ref={scroller} tabIndex={0} role="region" aria-label={caption}>
      <table aria-rowcount={pivot.rows.length + heads} aria-colcount={pivot.columns.length + stubs}>
        <caption className="o-visually-hidden">{caption}</caption>
        <thead>
          {Array.from({ length: heads }, (_, level) => (
            <tr key={level} aria-rowindex={level + 1}>
              {level === 0 &&
                Array.from({ length: stubs }, (_, d) => (
                  <th
                    key={d}
                    scope="col"
                    rowSpan={heads}
                    aria-colindex={d + 1}
                    className={`o-pivot__corner o-pivot__stub${Math.min(d, 3)}`}
                  >
                    {layout.rows[d] === undefined
                      ? ''
                      : columnTitle(table.axes[layout.rows[d]]!.column, language)}
                  </th>
                ))}
              {left > 0 && <Gap width={left} head />}
              {headerCells(
                pivot.columns,
                across[0]?.index ?? 0,
                (across.at(-1)?.index ?? -1) + 1,
                level,
                heads,
              ).map(({ from, span, label }) => (
                <th
                  key={from}
                  scope={span > 1 ? 'colgroup' : 'col'}
                  colSpan={span}
                  aria-colindex={from + stubs + 1}
                  aria-sort={sortOf(layout, level === heads - 1 ? from : -1)}
                >
                  {level < heads - 1 ? (
                    <Name label={label} />
                  ) : (
                    <button
                      type="button"
                      className="o-pivot__sort"
                      onClick={() => onSort(nextSort(layout, from))}
                      title={t.explore.sortBy(label)}
                    >
                      <Name label={label || caption} />
                      <Icon
                        name={
                          layout.sort.column !== from
                            ? 'sort'
                            : layout.sort.descending
                              ? 'arrowDown'
                              : 'arrowUp'
                        }
                        size={16}
                      />
                    </button>
                  )}
                  {level === heads - 1 && (
                    <Fold
                      header={pivot.columns[from]!}
                      dimensions={layout.columns}
                      onToggle={onToggle}
                    />
                  )}
                </th>
              ))}
              {right > 0 && <Gap width={right} head />}
            </tr>
          ))}
        </thead>
        <tbody>
          {above > 0 && <Spacer height={above} />}
          {down.map(({ index }) => {
            const header = pivot.rows[index]!;
            return (
              <tr
                key={index}
                aria-rowindex={index + heads + 1}
                className={header.depth === 0 ? 'o-pivot__total' : undefined}
              >
                {Array.from({ length: stubs }, (_, d) => (
                  <th
                    key={d}
                    scope="row"
                    aria-colindex={d + 1}
                    className={`o-pivot__stub${Math.min(d, 3)}`}
                    data-depth={d === stubs - 1 ? Math.min(header.depth, 4) : undefined}
                  >
                    {d === stubs - 1 && (
                      <Fold header={header} dimensions={layout.rows} onToggle={onToggle} />
                    )}
                    <Name label={header.labels[d] ?? caption} />
                  </th>
                ))}
                {left > 0 && <Gap width={left} />}
                {across.map(({ index: column }) => {
                  const shown = pivot.shown(index, column);
                  if (shown.kind === 'suppressed') {
                    return (
                      <td
                        key={column}
                        aria-colindex={column + stubs + 1}
                        className="o-pivot__suppressed"
                        title={whyOf(shown.status)}
                      >
                        {t.explore.suppressed}
                      </td>
                    );
                  }
                  return (
                    <td key={column} aria-colindex={column + stubs + 1}>
                      {shown.kind === 'value' ? formatNumber(shown.value) : ''}
                    </td>
                  );
                })}
                {right > 0 && <Gap width={right} />}
              </tr>
            );
          })}
          {below > 0 && <Spacer height={below} />}
        </tbody>
      </table>
    </div>
  );
}

/** Code in small letters above the name: towns sort by code and are known by name. */
function Name({ label }: { label: string }) {
  const { code, name } = splitLabel(label);
  return (
    <span className="o-pivot__name" title={label}>
      {name}
      {code !== name && <span className="o-visually-hidden"> {code}</span>}
    </span>
  );
}

function Fold({
  header,
  dimensions,
  onToggle,
}: {
  header: Header;
  dimensions: number[];
  onToggle: PivotTableProps['onToggle'];
}) {
  const t = useText(statistics);
  if (header.group === 'none') return null;
  const dimension = dimensions.at(-1)!;
  const name = header.labels.at(-1)!;
  return (
    <button
      type="button"
      className="o-pivot__fold"
      aria-expanded={header.group === 'open'}
      aria-label={header.group === 'open' ? t.explore.close(name) : t.explore.open(name)}
      onClick={() => onToggle(dimension, header.members.at(-1)!)}
    >
      <Icon name={header.group === 'open' ? 'chevronDown' : 'chevronRight'} size={16} />
    </button>
  );
}

// The CSP forbids style attributes in markup; React sets these through the CSSOM, which it allows.
function Gap({ width, head }: { width: number; head?: boolean }) {
  const style = { minWidth: width, width };
  return head ? (
    <td aria-hidden="true" className="o-pivot__gap" style={style} />
  ) : (
    <td aria-hidden="true" className="o-pivot__gap" style={style} />
  );
}

function Spacer({ height }: { height: number }) {
  return (
    <tr aria-hidden="true">
      <td className="o-pivot__gap" style={{ height }} />
    </tr>
  );
}

/** Neighbouring columns with the same labels down to `level` become one header, within what is in sight. */
function headerCells(headers: Header[], from: number, to: number, level: number, heads: number) {
  const cells: { from: number; span: number; label: string }[] = [];
  for (let i = from; i < to; i += 1) {
    const label = headers[i]!.labels[level] ?? '';
    const last = cells.at(-1);
    const same =
      level < heads - 1 &&
      last !== undefined &&
      headers[i]!.members.slice(0, level + 1).every(
        (member, d) => member === headers[last.from]!.members[d],
      );
    if (same) last.span += 1;
    else cells.push({ from: i, span: 1, label });
  }
  return cells;
}

function sortOf(layout: Layout, column: number): 'ascending' | 'descending' | undefined {
  if (column < 0 || layout.sort.column !== column) return undefined;
  return layout.sort.descending ? 'descending' : 'ascending';
}

/** Largest first, then smallest first, then the table's own order. */
function nextSort(layout: Layout, column: number): Layout['sort'] {
  if (layout.sort.column !== column) return { column, descending: true };
  return layout.sort.descending ? { column, descending: false } : { column: -1, descending: false };
}
