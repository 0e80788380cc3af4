import type { Verdict } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { tierWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { columnTitle } from '../../lib/columns';
import { formatNumber, formatPercent } from '../../lib/format';
import { words } from './words';

interface Figure {
  name: string;
  text: string;
  value: bigint;
  note?: string;
}

/** The figures of a verdict, each with what it means. */
export function FigureList({ verdict }: { verdict: Verdict }) {
  const t = useText(words);
  const shared = useText(common);
  const { language } = useLanguage();
  const { figures } = verdict;
  if (!figures) return null;
  const shareOf = (part: bigint) =>
    figures.records > 0n
      ? t.figures.share(formatPercent(Number(part) / Number(figures.records)))
      : '';
  const list: Figure[] = [
    { ...t.figures.records, value: figures.records },
    { ...t.figures.classes, value: figures.classes },
    { ...t.figures.k, value: figures.k },
    { ...t.figures.uniques, value: figures.uniques, note: shareOf(figures.uniques) },
    ...verdict.tiers.map(({ tier }, index) => ({
      ...t.figures.below(tierWord(shared, tier)),
      value: figures.recordsBelowK[index] ?? 0n,
      note: shareOf(figures.recordsBelowK[index] ?? 0n),
    })),
    ...figures.diversities.map(({ column, distinctL }) => ({
      ...t.figures.diversity(columnTitle(column, language)),
      value: distinctL,
    })),
  ];
  const quasi = figures.quasiIdentifiers.map((column) => columnTitle(column, language));
  return (
    <section className="o-section" aria-labelledby="figures">
      <h2 id="figures">{t.page.figures}</h2>
      <p>{t.page.figuresText}</p>
      {quasi.length > 0 && (
        <p>
          {t.figures.quasi}: {quasi.join(language === 'ja' ? '、' : ', ')}
        </p>
      )}
      <dl className="o-figures">
        {list.map((figure) => (
          <div key={figure.name} className="o-panel o-panel--soft">
            <dt>{figure.name}</dt>
            <dd>
              <strong>{formatNumber(figure.value)}</strong>
              {figure.note && <span className="o-small">{figure.note}</span>}
            </dd>
            <dd className="o-small">{figure.text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
