// Where a statistic comes from, in lines for a file or a page.
import { MeasureKind, type Statistic } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { Language } from '../../i18n';
import type { common } from '../../i18n/common';
import type { statistics } from '../../i18n/statistics';
import { tierWord } from '../../app/words';
import { columnTitle } from '../../lib/columns';
import { idOf, partOf } from '../../lib/format';
import { formatDate, formatInstant } from '../../lib/wareki';

type Text = (typeof statistics)['ja'];
type Common = (typeof common)['ja'];

const KINDS = ['RECORDS', 'RECORDS', 'PERSONS', 'HOUSEHOLDS', 'SUM', 'MEAN'] as const;

export function measureWord(t: Text, kind: MeasureKind | undefined): string {
  return t.build.measureShort[KINDS[kind ?? 0] ?? 'RECORDS'];
}

/**
 * Title and value of everything that a reader must know to trust or to repeat the table: as in the records for a file, or as
 * people of `shown` read it on a screen.
 */
export function provenanceRows(
  statistic: Statistic,
  t: Text,
  c: Common,
  shown?: Language,
): [string, string][] {
  const from = statistic.provenance;
  const title = (column: string) => (shown ? columnTitle(column, shown) : column);
  const filters = statistic.filters
    .map((filter) => `${title(filter.column)}: ${filter.values.join('、')}`)
    .join(' / ');
  const rows: [string, string][] = [
    [t.explore.source.tier, tierWord(c, statistic.tier)],
    [
      t.explore.source.measure,
      [measureWord(t, statistic.measure?.kind), title(statistic.measure?.column ?? '')]
        .filter(Boolean)
        .join(' '),
    ],
  ];
  if (filters) rows.push([t.explore.source.filters, filters]);
  if (from) {
    rows.push(
      [t.explore.source.date, shown ? formatDate(from.referenceDate, shown) : from.referenceDate],
      [t.explore.source.snapshot, `${partOf(from.snapshot, 'datasets')} / ${idOf(from.snapshot)}`],
      [t.explore.source.recipe, `${idOf(from.recipe)} ${t.explore.version(from.recipeVersion)}`],
      [t.explore.source.verdict, idOf(from.verdict)],
      [t.explore.source.policy, `${idOf(from.policy)} ${t.explore.version(from.policyVersion)}`],
      [
        t.explore.source.method,
        shown ? (t.explore.methods[from.method] ?? from.method) : from.method,
      ],
      [t.explore.source.engine, from.engineVersion],
    );
  }
  if (statistic.createTime) {
    const made = timestampDate(statistic.createTime);
    rows.push([t.explore.source.made, shown ? formatInstant(made, shown) : made.toISOString()]);
  }
  return rows;
}

/** One line for the foot of a picture. */
export function sourceLine(statistic: Statistic): string {
  const from = statistic.provenance;
  return [
    `${partOf(from?.snapshot ?? '', 'datasets')} ${from?.referenceDate ?? ''}`,
    from?.method ?? '',
    `${idOf(from?.policy ?? '')} v${from?.policyVersion ?? 0}`,
    idOf(statistic.name),
    'Oboro',
  ]
    .filter((part) => part.trim() !== '')
    .join(' | ');
}
