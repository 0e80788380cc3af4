import type { Abstraction } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { Notice } from '../../ui/ErrorNotice';
import { Within } from '../statistics/DraftShape';
import { type Draft, placeColumn, tableColumns } from '../statistics/model/draft';
import { type ZoneItem, ZoneList, type ZoneSpec } from '../statistics/ZoneList';
import { words } from './words';

interface ChooserProps {
  /** Its rows are the columns that were chosen. */
  draft: Draft;
  abstraction: Abstraction;
  onChange: (draft: Draft) => void;
  error: string | null;
}

/** Which columns the table has, in which order, and what stands above each. */
export function AxisChooser({ draft, abstraction, onChange, error }: ChooserProps) {
  const t = useText(words);
  const s = useText(statistics);
  const { language } = useLanguage();
  const fields = tableColumns(abstraction);
  // A column names itself once: what stands above another is no column of its own.
  const above = new Set(Object.values(draft.within).flat());
  const item = (name: string): ZoneItem => {
    const field = fields.find((column) => column.name === name);
    return {
      id: name,
      label: columnTitle(name, language),
      ...(field ? { note: s.build.distinct(Number(field.distinctValues)) } : {}),
      ...(draft.rows.includes(name)
        ? {
            below: (
              <Within
                draft={draft}
                column={name}
                fields={fields
                  .map((f) => f.name)
                  .filter((f) => !above.has(f) || draft.within[name]?.includes(f))}
                onChange={onChange}
              />
            ),
          }
        : {}),
    };
  };
  const zones: ZoneSpec[] = [
    {
      id: 'available',
      title: t.form.available,
      items: fields
        .filter(({ name }) => !draft.rows.includes(name) && !above.has(name))
        .map(({ name }) => item(name)),
    },
    { id: 'rows', title: t.form.chosen, items: draft.rows.map(item) },
  ];
  const move = (name: string, to: string, at: number) => {
    const moved = placeColumn(draft, name, to, at);
    if (to === 'available') delete moved.within[name];
    onChange(moved);
  };
  return (
    <section className="o-section" aria-labelledby="axes">
      <h2 id="axes">{t.form.axes}</h2>
      <p>{t.form.axesHelp}</p>
      <div className="o-arrange__zones">
        {zones.map((zone) => (
          <ZoneList key={zone.id} zone={zone} zones={zones} onMove={move} />
        ))}
      </div>
      <p className="o-small">{s.build.withinHelp}</p>
      {error && (
        <Notice tone="error" live>
          {error}
        </Notice>
      )}
    </section>
  );
}
