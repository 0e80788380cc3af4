import { useState } from 'react';
import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { Select } from '../../ui/Select';
import {
  defaultLayout,
  type Layout,
  moveDimension,
  swapRowsAndColumns,
  type Zone,
} from './model/layout';
import { isLeaf, type StatTable, visibleMembers } from './model/table';
import { type ZoneItem, ZoneList, type ZoneSpec } from './ZoneList';

interface ArrangementProps {
  table: StatTable;
  layout: Layout;
  onChange: (layout: Layout) => void;
}

/** Where each dimension stands: rows, columns, or held at one member. */
export function Arrangement({ table, layout, onChange }: ArrangementProps) {
  const t = useText(statistics);
  const { language } = useLanguage();
  const item = (d: number): ZoneItem => {
    const axis = table.axes[d]!;
    return {
      id: String(d),
      label: columnTitle(axis.column, language),
      note: t.build.distinct(axis.members.length - 1),
    };
  };
  const held = ([d, member]: [number, number]): ZoneItem => ({
    ...item(d),
    controls: (
      <HeldMember table={table} dimension={d} member={member} layout={layout} onChange={onChange} />
    ),
  });
  const zones: ZoneSpec[] = [
    { id: 'rows', title: t.build.rows, items: layout.rows.map(item) },
    { id: 'columns', title: t.build.columns, items: layout.columns.map(item) },
    { id: 'slices', title: t.explore.slices, items: layout.slices.map(held) },
  ];
  const move = (id: string, zone: string, at: number) =>
    onChange(moveDimension(table, layout, Number(id), zone as Zone, at));
  const groups = table.axes.flatMap((axis, d) =>
    axis.members.flatMap((_, m): [number, number][] =>
      m !== axis.root && !isLeaf(axis, m) ? [[d, m]] : [],
    ),
  );
  // On a small screen the table comes first.
  const [opened] = useState(() => window.matchMedia('(min-width: 48rem)').matches);
  return (
    <details className="o-arrange" open={opened}>
      <summary>
        <h2>{t.explore.arrange}</h2>
      </summary>
      <div className="o-arrange__zones">
        {zones.map((zone) => (
          <ZoneList key={zone.id} zone={zone} zones={zones} onMove={move} />
        ))}
      </div>
      <div className="o-actions">
        <Button size="small" onClick={() => onChange(swapRowsAndColumns(layout))}>
          {t.explore.swap}
        </Button>
        {groups.length > 0 && (
          <>
            <Button size="small" onClick={() => onChange({ ...layout, collapsed: groups })}>
              {t.explore.collapseAll}
            </Button>
            <Button size="small" onClick={() => onChange({ ...layout, collapsed: [] })}>
              {t.explore.expandAll}
            </Button>
          </>
        )}
        <Button
          size="small"
          onClick={() =>
            onChange({ ...defaultLayout(table), tab: layout.tab, chart: layout.chart })
          }
        >
          {t.explore.reset}
        </Button>
      </div>
    </details>
  );
}

interface HeldProps extends ArrangementProps {
  dimension: number;
  member: number;
}

function HeldMember({ table, dimension, member, layout, onChange }: HeldProps) {
  const { language } = useLanguage();
  const axis = table.axes[dimension]!;
  const hold = (value: string) =>
    onChange({
      ...layout,
      slices: layout.slices.map(([d, m]) => (d === dimension ? [d, Number(value)] : [d, m])),
    });
  return (
    <Select
      label={columnTitle(axis.column, language)}
      hideLabel
      value={String(member)}
      onChange={hold}
      options={visibleMembers(axis).map((m) => ({
        value: String(m),
        label: `${'　'.repeat(Math.max(0, axis.depth[m]! - 1))}${axis.members[m]!}`,
      }))}
    />
  );
}

/** "551行 × 22列、うち秘匿 40セル" */
export function shapeText(
  t: (typeof statistics)['ja'],
  rows: number,
  columns: number,
  suppressed: number,
): string {
  return t.explore.summary(formatNumber(rows), formatNumber(columns), formatNumber(suppressed));
}
