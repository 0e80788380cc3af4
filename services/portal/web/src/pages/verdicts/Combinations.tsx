import type { Combination, Verdict } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useMemo } from 'react';
import { useLanguage, useText } from '../../i18n';
import { columnTitle } from '../../lib/columns';
import { formatNumber, formatPercent } from '../../lib/format';
import { countColumn } from '../../ui/columns';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { words } from './words';

/** Which columns together single people out, and what leaving one out would do. Columns only, never a person's values. */
export function Combinations({ verdict }: { verdict: Verdict }) {
  const t = useText(words);
  const { figures } = verdict;
  // A verdict from before combinations were measured has nothing to tell.
  if (!figures || figures.combinationsK === 0n) return null;
  const k = formatNumber(figures.combinationsK);
  return (
    <section className="o-section" aria-labelledby="combinations">
      <h2 id="combinations">{t.combinations.title}</h2>
      {figures.combinations.length === 0 ? (
        <p>{t.combinations.none(k)}</p>
      ) : (
        <>
          <p>{t.combinations.text(k)}</p>
          <CombinationTable
            caption={t.combinations.worst}
            first={t.combinations.columns}
            k={k}
            rows={figures.combinations}
            records={figures.records}
          />
          {figures.without.length > 0 && (
            <>
              <p>{t.combinations.withoutText}</p>
              <CombinationTable
                caption={t.combinations.without}
                first={t.combinations.leftOut}
                k={k}
                rows={[...figures.without].sort(byRecords)}
                records={figures.records}
              />
            </>
          )}
        </>
      )}
    </section>
  );
}

/** What leaves the fewest records to be singled out stands first. */
const byRecords = (a: Combination, b: Combination) => Number(a.recordsBelowK - b.recordsBelowK);

interface TableProps {
  caption: string;
  first: string;
  k: string;
  rows: Combination[];
  records: bigint;
}

function CombinationTable({ caption, first, k, rows, records }: TableProps) {
  const t = useText(words);
  const { language } = useLanguage();
  const columns = useMemo<TableColumn<Combination>[]>(
    () => [
      {
        key: 'columns',
        header: first,
        rowHeader: true,
        cell: (row) => row.columns.map((column) => columnTitle(column, language)).join(' ×\u00a0'),
      },
      countColumn('below', t.combinations.below(k), (row) => row.recordsBelowK),
      {
        key: 'share',
        header: t.size.share,
        numeric: true,
        cell: (row) =>
          formatPercent(records > 0n ? Number(row.recordsBelowK) / Number(records) : 0),
      },
      countColumn('uniques', t.combinations.uniques, (row) => row.uniques),
      {
        key: 'classes',
        header: t.size.classes,
        numeric: true,
        cell: (row) => formatNumber(row.classes),
      },
    ],
    [first, k, language, records, t],
  );
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.columns.join(' ')}
    />
  );
}
