import { useId } from 'react';
import { useLanguage, useText } from '../../i18n';
import { columnTitle } from '../../lib/columns';
import { Button } from '../../ui/Button';
import { Status } from '../../ui/Status';
import type { PartProps } from './Basics';
import { ColumnFields } from './ColumnFields';
import { type FormColumn, newColumn, sourcesOf } from './model';
import { words } from './words';

const TONE = { quasi: 'info', sensitive: 'warning', other: 'neutral' } as const;
const ICON = { quasi: 'search', sensitive: 'warning', other: 'minus' } as const;

/** The columns of the abstraction, each opened to be changed. */
export function OutputColumns({
  form,
  change,
  writable,
  layout,
}: PartProps & { layout: string[] | null }) {
  const t = useText(words);
  const { language } = useLanguage();
  const heading = useId();
  const listed = useId();
  const edit = (id: number, fields: Partial<FormColumn>) =>
    change((now) => ({
      ...now,
      columns: now.columns.map((column) => (column.id === id ? { ...column, ...fields } : column)),
    }));
  const move = (at: number, by: number) =>
    change((now) => {
      const columns = [...now.columns];
      const [column] = columns.splice(at, 1);
      if (column) columns.splice(at + by, 0, column);
      return { ...now, columns };
    });
  const remove = (id: number) =>
    change((now) => ({ ...now, columns: now.columns.filter((column) => column.id !== id) }));
  const sources = [...new Set([...(layout ?? []), ...sourcesOf(form)])];
  return (
    <section className="o-section" aria-labelledby={heading}>
      <h2 id={heading}>{t.out.title}</h2>
      <p>{t.out.lead}</p>
      <datalist id={listed}>
        {sources.map((source) => (
          <option key={source} value={source} />
        ))}
      </datalist>
      {form.columns.length === 0 && <p>{t.out.none}</p>}
      <ol className="o-recipe__columns">
        {form.columns.map((column, at) => {
          const title = columnTitle(column.name, language);
          const name =
            title === column.name ? column.name || t.out.unnamed : `${title}（${column.name}）`;
          return (
            <li key={column.id}>
              <details className="o-recipe__column" open={column.origin < 0 || undefined}>
                <summary>
                  <span className="o-recipe__name">{name}</span>
                  <span>
                    {column.source && `${column.source} → `}
                    {t.transforms[column.transform] ?? column.transform}
                  </span>
                  <Status tone={TONE[column.role]} icon={ICON[column.role]}>
                    {t.roles[column.role] ?? ''}
                  </Status>
                </summary>
                <fieldset className="o-recipe__body" disabled={!writable}>
                  <legend className="o-visually-hidden">{name}</legend>
                  <ColumnFields
                    column={column}
                    edit={(fields) => edit(column.id, fields)}
                    listed={listed}
                  />
                  {writable && (
                    <div className="o-actions">
                      <Button
                        size="small"
                        icon="arrowUp"
                        aria-label={t.out.upOf(name)}
                        disabled={at === 0}
                        onClick={() => move(at, -1)}
                      >
                        {t.out.up}
                      </Button>
                      <Button
                        size="small"
                        icon="arrowDown"
                        aria-label={t.out.downOf(name)}
                        disabled={at === form.columns.length - 1}
                        onClick={() => move(at, 1)}
                      >
                        {t.out.down}
                      </Button>
                      <Button
                        size="small"
                        icon="trash"
                        aria-label={t.out.removeOf(name)}
                        onClick={() => remove(column.id)}
                      >
                        {t.out.remove}
                      </Button>
                    </div>
                  )}
                </fieldset>
              </details>
            </li>
          );
        })}
      </ol>
      {writable && (
        <div className="o-actions">
          <Button
            icon="plus"
            onClick={() => change((now) => ({ ...now, columns: [...now.columns, newColumn()] }))}
          >
            {t.out.add}
          </Button>
        </div>
      )}
    </section>
  );
}
