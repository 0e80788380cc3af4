import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import type { Subject } from './subject';

/** Where the table comes from, and, for who may see it, what protected it; both folded away. */
export function Provenance({ subject, evidence }: { subject: Subject; evidence: string }) {
  const { language } = useLanguage();
  const t = useText(statistics);
  return (
    <>
      <details className="o-provenance">
        <summary>{t.explore.provenance}</summary>
        <dl>
          {subject.provenance(language).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {evidence && (
        <details className="o-provenance">
          <summary>{t.explore.evidence}</summary>
          <pre tabIndex={0}>{indent(evidence)}</pre>
        </details>
      )}
    </>
  );
}

function indent(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
