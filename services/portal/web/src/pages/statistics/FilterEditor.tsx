import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { Button } from '../../ui/Button';
import { TextArea } from '../../ui/Field';
import { Select } from '../../ui/Select';
import type { DraftFilter } from './model/draft';

interface FilterEditorProps {
  filters: DraftFilter[];
  columns: string[];
  /** Values of a column that earlier tables show. */
  known: ReadonlyMap<string, readonly string[]>;
  onChange: (filters: DraftFilter[]) => void;
}

/** Conditions on the records to be counted. */
export function FilterEditor({ filters, columns, known, onChange }: FilterEditorProps) {
  const t = useText(statistics);
  const { language } = useLanguage();
  const replace = (at: number, filter: DraftFilter) =>
    onChange(filters.map((old, i) => (i === at ? filter : old)));
  return (
    <section className="o-section" aria-label={t.build.filters}>
      <h2>{t.build.filters}</h2>
      <p>{t.build.filterHelp}</p>
      {filters.map((filter, at) => (
        <div className="o-filter" key={at}>
          <Select
            label={t.build.filterColumn}
            value={filter.column}
            placeholder="-"
            onChange={(column) => replace(at, { column, values: [] })}
            options={columns.map((name) => ({ value: name, label: columnTitle(name, language) }))}
          />
          <FilterValues
            filter={filter}
            known={known.get(filter.column) ?? []}
            onChange={(values) => replace(at, { ...filter, values })}
          />
          <Button
            size="small"
            icon="trash"
            onClick={() => onChange(filters.filter((_, i) => i !== at))}
          >
            {t.build.filterRemove}
          </Button>
        </div>
      ))}
      <div className="o-actions">
        <Button
          size="small"
          icon="plus"
          onClick={() => onChange([...filters, { column: '', values: [] }])}
        >
          {t.build.filterAdd}
        </Button>
      </div>
    </section>
  );
}

interface ValuesProps {
  filter: DraftFilter;
  known: readonly string[];
  onChange: (values: string[]) => void;
}

function FilterValues({ filter, known, onChange }: ValuesProps) {
  const t = useText(statistics);
  const { language } = useLanguage();
  const title = columnTitle(filter.column, language);
  if (known.length === 0) {
    return (
      <TextArea
        label={t.build.filterValues}
        hint={t.build.filterValuesHelp}
        value={filter.values.join('\n')}
        onChange={(text) => onChange(text.split('\n').map((line) => line.trim()))}
        onBlur={() => onChange(filter.values.filter((value) => value !== ''))}
      />
    );
  }
  const toggle = (value: string) =>
    onChange(
      filter.values.includes(value)
        ? filter.values.filter((v) => v !== value)
        : [...filter.values, value],
    );
  return (
    <fieldset className="o-filter__values">
      <legend>{title}</legend>
      <div className="o-filter__list" tabIndex={0} role="group" aria-label={title}>
        {known.map((value) => (
          <label key={value}>
            <input
              type="checkbox"
              checked={filter.values.includes(value)}
              onChange={() => toggle(value)}
            />
            {value}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
