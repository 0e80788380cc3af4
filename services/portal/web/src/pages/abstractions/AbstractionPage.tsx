import './abstractions.css';
import {
  type Abstraction,
  AbstractionService,
  type Column,
  ColumnKind,
} from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { DatasetService } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useMemo } from 'react';
import { Link, useParams } from 'react-router';
import { useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { columnTitle } from '../../lib/columns';
import { formatNumber, idOf, partOf } from '../../lib/format';
import { formatDateShort } from '../../lib/wareki';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { DateText, TimeText } from '../../ui/DateText';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { READERS } from '../data/queries';
import { hex } from '../../lib/hex';
import { VerifyPanel } from './VerifyPanel';
import { kindWord, words } from './words';

/** One abstraction: what it is made of, its columns and counts, and its verification. */
export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={READERS} title={t.title}>
      <AbstractionView />
    </RequireRole>
  );
}

function AbstractionView() {
  const t = useText(words);
  const { language } = useLanguage();
  const tenant = useTenant();
  const { abstraction: id = '' } = useParams();
  const answer = useCall(AbstractionService.method.getAbstraction, {
    name: `${tenant.name}/abstractions/${id}`,
  });
  const abstraction = answer.data?.abstraction;
  const set = partOf(abstraction?.snapshot ?? '', 'datasets');
  const dataset = useCall(
    DatasetService.method.getDataset,
    { name: `${tenant.name}/datasets/${set}` },
    { enabled: set !== '' },
  ).data?.dataset;
  const crumbs = [{ to: tenant.path('abstractions'), label: t.title }];
  if (answer.error) {
    return (
      <>
        <PageHeader title={t.title} crumbs={crumbs} />
        <ErrorNotice error={answer.error} retry={() => void answer.refetch()} />
      </>
    );
  }
  if (!abstraction) return <Loading />;
  const datasetTitle = dataset?.displayName ?? set;
  return (
    <>
      <PageHeader
        title={t.page.title(datasetTitle, formatDateShort(abstraction.referenceDate, language))}
        crumbs={crumbs}
      />
      <dl className="o-facts">
        <dt>{t.page.facts.dataset}</dt>
        <dd>
          <Link to={tenant.path('data', set)}>{datasetTitle}</Link>
        </dd>
        <dt>{t.page.facts.date}</dt>
        <dd>
          <DateText iso={abstraction.referenceDate} />
        </dd>
        <dt>{t.page.facts.records}</dt>
        <dd>{formatNumber(abstraction.records)}</dd>
        <dt>{t.page.facts.recipe}</dt>
        <dd>
          <Link
            to={`${tenant.path('recipes', idOf(abstraction.recipe))}?version=${abstraction.recipeVersion}`}
          >
            {idOf(abstraction.recipe)} {t.version(abstraction.recipeVersion)}
          </Link>
        </dd>
        <dt>{t.page.facts.time}</dt>
        <dd>
          <TimeText time={abstraction.createTime} />
        </dd>
      </dl>
      <VerifyPanel abstraction={abstraction} department={dataset?.department} />
      <Columns abstraction={abstraction} />
      <Provenance abstraction={abstraction} />
    </>
  );
}

function Columns({ abstraction }: { abstraction: Abstraction }) {
  const t = useText(words);
  const { language } = useLanguage();
  const columns = useMemo<TableColumn<Column>[]>(
    () => [
      {
        key: 'name',
        header: t.column.name,
        rowHeader: true,
        sort: (row) => columnTitle(row.name, language),
        cell: (row) => {
          const title = columnTitle(row.name, language);
          return title === row.name ? row.name : `${title}（${row.name}）`;
        },
      },
      {
        key: 'kind',
        header: t.column.kind,
        nowrap: true,
        sort: (row) => row.kind,
        cell: (row) => kindWord(t, row.kind).name,
      },
      { key: 'meaning', header: t.column.meaning, cell: (row) => kindWord(t, row.kind).text },
      {
        key: 'distinct',
        header: t.column.distinct,
        numeric: true,
        sort: (row) => Number(row.distinctValues),
        // Those of link numbers are not counted.
        cell: (row) =>
          row.kind === ColumnKind.LINK_NUMBER ? '―' : formatNumber(row.distinctValues),
      },
      {
        key: 'unknown',
        header: t.column.unknown,
        numeric: true,
        sort: (row) => Number(row.unknownValues),
        cell: (row) => formatNumber(row.unknownValues),
      },
    ],
    [t, language],
  );
  return (
    <section className="o-section" aria-labelledby="columns">
      <h2 id="columns">{t.page.columns}</h2>
      <p className="o-small">{t.page.columnsText}</p>
      <DataTable
        caption={t.page.columns}
        hideCaption
        columns={columns}
        rows={abstraction.columns}
        rowKey={(row) => row.name}
      />
    </section>
  );
}

function Provenance({ abstraction }: { abstraction: Abstraction }) {
  const t = useText(words);
  return (
    <section className="o-section" aria-labelledby="provenance">
      <h2 id="provenance">{t.page.provenance}</h2>
      <p className="o-small">{t.page.provenanceText}</p>
      <dl className="o-facts o-breakable">
        <dt>{t.page.name}</dt>
        <dd>
          <code>{abstraction.name}</code>
        </dd>
        <dt>{t.page.snapshot}</dt>
        <dd>
          <code>{abstraction.snapshot}</code>
        </dd>
        <dt>{t.page.recipeDigest}</dt>
        <dd>
          <code>{hex(abstraction.recipeDigest)}</code>
        </dd>
        <dt>{t.page.objectDigest}</dt>
        <dd>
          <code>{hex(abstraction.objectDigest)}</code>
        </dd>
      </dl>
    </section>
  );
}
