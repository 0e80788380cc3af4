import type { Abstraction } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { MeasureKind } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { Select } from '../../ui/Select';
import {
  type Draft,
  guessMeasureColumn,
  linkColumns,
  placeColumn,
  tableColumns,
} from './model/draft';
import { type ZoneItem, ZoneList, type ZoneSpec } from './ZoneList';

interface DraftShapeProps {
  draft: Draft;
  abstraction: Abstraction | undefined;
  onChange: (draft: Draft) => void;
}

const MEASURES = ['RECORDS', 'PERSONS', 'HOUSEHOLDS', 'SUM', 'MEAN'] as const;

/** What is counted, and which fields stand in rows and columns. */
export function DraftShape({ draft, abstraction, onChange }: DraftShapeProps) {
  const t = useText(statistics);
  const { language } = useLanguage();
  const fields = tableColumns(abstraction);
  const placed = new Set([...draft.rows, ...draft.columns]);
  const item = (name: string): ZoneItem => {
    const field = fields.find((column) => column.name === name);
    return {
      id: name,
      label: columnTitle(name, language),
      ...(field ? { note: t.build.distinct(Number(field.distinctValues)) } : {}),
      ...(placed.has(name)
        ? {
            below: (
              <Within
                draft={draft}
                column={name}
                fields={fields.map((f) => f.name)}
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
      title: t.build.available,
      items: fields.filter(({ name }) => !placed.has(name)).map(({ name }) => item(name)),
    },
    { id: 'rows', title: t.build.rows, items: draft.rows.map(item) },
    { id: 'columns', title: t.build.columns, items: draft.columns.map(item) },
  ];
  return (
    <section className="o-section" aria-labelledby="shape">
      <h2 id="shape">{t.build.shape}</h2>
      <MeasureChoice draft={draft} abstraction={abstraction} onChange={onChange} />
      <p className="o-small">{t.build.availableHelp}</p>
      <div className="o-arrange__zones">
        {zones.map((zone) => (
          <ZoneList
            key={zone.id}
            zone={zone}
            zones={zones}
            onMove={(name, to, at) => onChange(placeColumn(draft, name, to, at))}
          />
        ))}
      </div>
      <p className="o-small">{t.build.withinHelp}</p>
    </section>
  );
}

/** The group above a field. Two levels are enough for 町丁目 in 区 in 市: the second stands in the select of the first. */
export function Within({
  draft,
  column,
  fields,
  onChange,
}: {
  draft: Draft;
  column: string;
  fields: string[];
  onChange: (draft: Draft) => void;
}) {
  const t = useText(statistics);
  const { language } = useLanguage();
  const placed = new Set([...draft.rows, ...draft.columns]);
  const above = draft.within[column] ?? [];
  const choose = (level: number, name: string) => {
    const next = name === '' ? above.slice(0, level) : [...above.slice(0, level), name];
    onChange({ ...draft, within: { ...draft.within, [column]: next } });
  };
  return (
    <>
      {[...above, ''].slice(0, 3).map((chosen, level) => (
        <Select
          key={level}
          label={`${columnTitle(column, language)} ${t.build.within} ${level + 1}`}
          hideLabel
          value={chosen}
          placeholder={`${t.build.within}: ${t.build.withinNone}`}
          onChange={(name) => choose(level, name)}
          options={fields
            .filter((name) => !placed.has(name) && !above.slice(0, level).includes(name))
            .map((name) => ({
              value: name,
              label: `${t.build.within}: ${columnTitle(name, language)}`,
            }))}
        />
      ))}
    </>
  );
}

function MeasureChoice({ draft, abstraction, onChange }: DraftShapeProps) {
  const t = useText(statistics);
  const { language } = useLanguage();
  const distinct =
    draft.measure === MeasureKind.PERSONS || draft.measure === MeasureKind.HOUSEHOLDS;
  const candidates = (distinct ? linkColumns(abstraction) : tableColumns(abstraction)).map(
    ({ name }) => name,
  );
  const hint =
    draft.measure === MeasureKind.HOUSEHOLDS
      ? t.build.distinctHelp.HOUSEHOLDS
      : distinct && t.build.distinctHelp.PERSONS;
  const choose = (value: string) => {
    const measure = Number(value) as MeasureKind;
    onChange({ ...draft, measure, measureColumn: guessMeasureColumn(measure, abstraction) });
  };
  return (
    <div className="o-form">
      <Select
        label={t.build.measure}
        hint={hint}
        value={String(draft.measure)}
        onChange={choose}
        options={MEASURES.map((name) => ({
          value: String(MeasureKind[name]),
          label: t.build.measures[name],
        }))}
      />
      {draft.measure !== MeasureKind.RECORDS && (
        <Select
          label={t.build.measureColumn}
          value={draft.measureColumn}
          placeholder="-"
          required
          onChange={(measureColumn) => onChange({ ...draft, measureColumn })}
          options={candidates.map((name) => ({ value: name, label: columnTitle(name, language) }))}
        />
      )}
    </div>
  );
}
