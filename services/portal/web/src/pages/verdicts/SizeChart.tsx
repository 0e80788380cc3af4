import type { Verdict } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useMemo } from 'react';
import { useText } from '../../i18n';
import { formatNumber, formatPercent } from '../../lib/format';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { bandWord, type SizeBand, sizeBands } from './figures';
import { words } from './words';

/** Class sizes as a table whose last column is drawn as bars: chart and data are one, for the eye and for the reader. */
export function SizeChart({ verdict }: { verdict: Verdict }) {
  const t = useText(words);
  const histogram = verdict.figures?.histogram;
  const bands = useMemo(() => sizeBands(histogram ?? []), [histogram]);
  const total = bands.reduce((sum, band) => sum + band.records, 0);
  const columns = useMemo<TableColumn<SizeBand>[]>(
    () => [
      {
        key: 'size',
        header: t.size.size,
        rowHeader: true,
        nowrap: true,
        cell: (row) => bandWord(t, row),
      },
      {
        key: 'classes',
        header: t.size.classes,
        numeric: true,
        cell: (row) => formatNumber(row.classes),
      },
      {
        key: 'records',
        header: t.size.records,
        numeric: true,
        cell: (row) => formatNumber(row.records),
      },
      {
        key: 'share',
        header: t.size.share,
        cell: (row) => {
          const share = total > 0 ? row.records / total : 0;
          return (
            <span className="o-bar">
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect
                  width={row.records > 0 ? Math.max(0.5, share * 100) : 0}
                  height="10"
                  className={row.from < 3 ? 'o-bar__small' : undefined}
                />
              </svg>
              <span>{formatPercent(share)}</span>
            </span>
          );
        },
      },
    ],
    [t, total],
  );
  return (
    <section className="o-section" aria-labelledby="sizes">
      <h2 id="sizes">{t.page.sizes}</h2>
      {total === 0 ? (
        <p>{t.page.noSizes}</p>
      ) : (
        <>
          <p>{t.page.sizesText}</p>
          <DataTable
            caption={t.size.caption}
            hideCaption
            columns={columns}
            rows={bands}
            rowKey={(row) => String(row.from)}
          />
        </>
      )}
    </section>
  );
}
