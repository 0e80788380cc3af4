import { useId, useState } from 'react';
import { useLanguage, useText } from '../../i18n';
import { columnTitle } from '../../lib/columns';
import { idOf } from '../../lib/format';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { Field } from '../../ui/Field';
import { Select } from '../../ui/Select';
import type { PartProps } from './Basics';
import type { DatasetChoice } from './Editor';
import { sourcesOf } from './model';
import { words } from './words';

/** What becomes of each column of the source: dropped, or used for which columns. */
export function SourceColumns({
  form,
  change,
  writable,
  layout,
  choice,
}: PartProps & { layout: string[] | null; choice: DatasetChoice }) {
  const t = useText(words);
  const { language } = useLanguage();
  const heading = useId();
  const [typed, setTyped] = useState('');
  const [added, setAdded] = useState<string[]>([]);
  const names = [...new Set([...(layout ?? []), ...sourcesOf(form), ...added])];
  const usedFor = (name: string) =>
    form.columns
      .filter((column) => column.source === name || column.label === name)
      .map((column) => columnTitle(column.name, language));
  const toggle = (list: 'drop' | 'direct', name: string, on: boolean) =>
    change((now) => ({
      ...now,
      [list]: on ? [...now[list], name] : now[list].filter((item) => item !== name),
    }));
  const box = (list: 'drop' | 'direct', name: string) => (
    <span className="o-recipe__tick">
      <input
        type="checkbox"
        disabled={!writable}
        checked={form[list].includes(name)}
        aria-label={list === 'drop' ? t.sources.dropOf(name) : t.sources.directOf(name)}
        onChange={(event) => toggle(list, name, event.target.checked)}
      />
    </span>
  );
  const add = () => {
    if (typed.trim()) setAdded((now) => [...now, typed.trim()]);
    setTyped('');
  };
  return (
    <section className="o-section" aria-labelledby={heading}>
      <h2 id={heading}>{t.sources.title}</h2>
      <p>{t.sources.lead}</p>
      <Select
        label={t.sources.dataset}
        hint={t.sources.datasetHint}
        value={choice.chosen ? idOf(choice.chosen.name) : ''}
        placeholder={t.sources.chooseDataset}
        onChange={choice.choose}
        options={choice.datasets.map((item) => ({
          value: idOf(item.name),
          label: item.displayName,
        }))}
      />
      <DataTable
        caption={t.sources.title}
        hideCaption
        rows={names}
        rowKey={(name) => name}
        columns={[
          {
            key: 'name',
            header: t.sources.name,
            rowHeader: true,
            cell: (name) =>
              layout && !layout.includes(name) ? (
                <>
                  {name}
                  <br />
                  <span className="o-small">{t.sources.missing}</span>
                </>
              ) : (
                name
              ),
          },
          { key: 'drop', header: t.sources.drop, cell: (name) => box('drop', name) },
          { key: 'direct', header: t.sources.direct, cell: (name) => box('direct', name) },
          {
            key: 'used',
            header: t.sources.used,
            cell: (name) =>
              usedFor(name).join('、') || (
                <span className="o-small">
                  {form.drop.includes(name) ? t.dropped : t.sources.unused}
                </span>
              ),
          },
        ]}
      />
      {writable && (
        <form
          className="o-recipe__add"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <Field label={t.sources.addName} value={typed} onChange={setTyped} />
          <Button type="submit" icon="plus">
            {t.sources.add}
          </Button>
        </form>
      )}
    </section>
  );
}
