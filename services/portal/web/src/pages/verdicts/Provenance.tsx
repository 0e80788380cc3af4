import type { Verdict } from '@oboro/gen/oboro/verification/v1/verification_pb';
import type { ReactNode } from 'react';
import { useText } from '../../i18n';
import { download } from '../../lib/download';
import { idOf } from '../../lib/format';
import { Button } from '../../ui/Button';
import { TimeText } from '../../ui/DateText';
import { hex } from '../../lib/hex';
import { words } from './words';

/** By what and when it was measured, and the signature over it. */
export function Provenance({ verdict }: { verdict: Verdict }) {
  const t = useText(words);
  const code = (value: string) => <code>{value}</code>;
  const facts: [string, ReactNode][] = [
    [t.facts.name, code(verdict.name)],
    [t.facts.time, <TimeText key="time" time={verdict.createTime} />],
    [t.facts.policy, `${idOf(verdict.policy)} ${t.version(verdict.policyVersion)}`],
    [t.facts.policyDigest, code(hex(verdict.policyDigest))],
    [t.facts.recipe, `${idOf(verdict.recipe)} ${t.version(verdict.recipeVersion)}`],
    [t.facts.recipeDigest, code(hex(verdict.recipeDigest))],
    [t.facts.objectDigest, code(hex(verdict.objectDigest))],
    [t.facts.engine, verdict.engineVersion],
    [t.facts.key, String(verdict.keyVersion)],
    [t.facts.signature, code(hex(verdict.signature))],
  ];
  const save = () =>
    download(
      JSON.stringify({
        document: verdict.document,
        signature: hex(verdict.signature),
        key_version: verdict.keyVersion,
      }),
      `verdict-${idOf(verdict.name)}.json`,
      'application/json',
    );
  return (
    <section className="o-section" aria-labelledby="provenance">
      <h2 id="provenance">{t.page.provenance}</h2>
      <p>{t.page.provenanceText}</p>
      <dl className="o-facts o-signed">
        {facts.map(([name, value]) => (
          <div key={name} className="o-signed__fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <details className="o-signed__document">
        <summary>{t.page.document}</summary>
        <pre className="o-code" tabIndex={0}>
          {verdict.document}
        </pre>
      </details>
      <div className="o-actions">
        <Button icon="download" onClick={save}>
          {t.page.download}
        </Button>
      </div>
    </section>
  );
}
