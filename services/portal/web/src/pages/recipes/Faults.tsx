import { useLanguage, useText } from '../../i18n';
import { tell } from '../../lib/errors';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { columnAtLine, faultsOf } from './model';
import { type RecipeText, words } from './words';

function remedyOf(t: RecipeText, fault: string): string {
  for (const [pattern, remedy] of t.remedies) {
    const match = pattern.exec(fault);
    if (match) return remedy(match);
  }
  return t.faults.other;
}

/** Why the service does not take the recipe: each fault by line and column, with how to mend it. */
export function Faults({ error, document }: { error: Error; document: string }) {
  const t = useText(words);
  const { language } = useLanguage();
  const told = tell(error, language);
  const faults = told.reason === 'RECIPE_INVALID' ? faultsOf(told.message) : [];
  if (faults.length === 0) return <ErrorNotice error={error} />;
  return (
    <Notice tone="error" live title={t.faults.title}>
      <p>{t.faults.lead}</p>
      <ul>
        {faults.map((fault) => {
          const column = columnAtLine(document, fault.line);
          return (
            <li key={`${fault.line} ${fault.text}`}>
              <strong>
                {t.faults.line(fault.line)}
                {column && `（${t.faults.column(column)}）`}
              </strong>
              <br />
              {t.faults.remedy}: {remedyOf(t, fault.text)}
              <br />
              <span className="o-small" lang="en">
                {fault.text}
              </span>
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}
