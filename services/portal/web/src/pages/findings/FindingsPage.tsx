import './findings.css';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import {
  type Dataset,
  DatasetService,
  type Finding,
  Severity,
  type Snapshot,
  SnapshotService,
  SnapshotState,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { call, useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useTenant } from '../../app/session';
import { snapshotTone, snapshotWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber, idOf } from '../../lib/format';
import { formatDate } from '../../lib/wareki';
import { Button, LinkButton } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Select } from '../../ui/Select';
import { Status } from '../../ui/Status';
import { useFindingColumns } from './columns';
import { Downloads } from './Downloads';
import { keyOf, portionsOf, SETTLEMENTS, type SettlementKey } from './model';
import { SettleDialog, type Target } from './SettleDialog';
import { words } from './words';

export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={[Role.STEWARD]} title={t.title}>
      <Findings />
    </RequireRole>
  );
}

function Findings() {
  const t = useText(words);
  const { language } = useLanguage();
  const tenant = useTenant();
  const { dataset: datasetId = '', snapshot: id = '' } = useParams();
  const parent = `${tenant.name}/datasets/${datasetId}`;
  const shared = useText(common);
  const dataset = useCall(DatasetService.method.getDataset, { name: parent });
  const snapshot = useCall(SnapshotService.method.getSnapshot, {
    name: `${parent}/snapshots/${id}`,
  });
  const error = dataset.error ?? snapshot.error;
  const set = dataset.data?.dataset;
  const here = snapshot.data?.snapshot;
  const crumbs = [
    { to: tenant.path('data'), label: t.data },
    { to: tenant.path('data', datasetId), label: set?.displayName ?? datasetId },
  ];
  const title = here ? `${t.title}（${formatDate(here.referenceDate, language)}）` : t.title;
  return (
    <>
      <PageHeader
        title={title}
        crumbs={crumbs}
        lead={<p>{t.lead}</p>}
        status={
          here && (
            <Status tone={snapshotTone(here.state)}>{snapshotWord(shared, here.state)}</Status>
          )
        }
      />
      {error && (
        <ErrorNotice error={error} retry={() => void (dataset.refetch(), snapshot.refetch())} />
      )}
      {!error && !(set && here) && <Loading />}
      {set && here && <SettledNotice dataset={set} snapshot={here} />}
      {set && here && <FindingsView dataset={set} snapshot={here} />}
    </>
  );
}

/** What became of the snapshot, and where to go on. */
function SettledNotice({ dataset, snapshot }: { dataset: Dataset; snapshot: Snapshot }) {
  const t = useText(words);
  const tenant = useTenant();
  const again = (
    <LinkButton
      size="small"
      kind="primary"
      to={`${tenant.path('data', idOf(dataset.name), 'new')}?date=${snapshot.referenceDate}`}
    >
      {t.settled.again}
    </LinkButton>
  );
  switch (snapshot.state) {
    case SnapshotState.ACCEPTED:
      return (
        <Notice
          tone="success"
          live
          title={t.settled.accepted}
          actions={
            <LinkButton
              size="small"
              kind="primary"
              to={`${tenant.path('abstractions', 'new')}?dataset=${idOf(dataset.name)}&snapshot=${idOf(snapshot.name)}`}
            >
              {t.settled.abstract}
            </LinkButton>
          }
        >
          <p>{t.settled.acceptedText}</p>
        </Notice>
      );
    case SnapshotState.RETURNED:
      return (
        <Notice tone="warning" live title={t.settled.returned} actions={again}>
          <p>{t.settled.returnedText}</p>
        </Notice>
      );
    case SnapshotState.REFUSED:
      return (
        <Notice tone="error" title={t.settled.refused} actions={again}>
          <p>{t.settled.refusedText}</p>
        </Notice>
      );
    case SnapshotState.DESTROYED:
      return <Notice>{t.settled.destroyed}</Notice>;
    default:
      return null;
  }
}

/** Every page of the list: at most 200 findings of each of thirty rules. */
async function allFindings(
  parent: string,
  rule: string,
  settlement: number,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const all: Finding[] = [];
  for (let pageToken = ''; ;) {
    const page = await call(
      SnapshotService.method.listFindings,
      { parent, pageSize: 1000, pageToken, rule, settlement },
      signal,
    );
    all.push(...page.findings);
    pageToken = page.nextPageToken;
    if (!pageToken) return all;
  }
}

function FindingsView({ dataset, snapshot }: { dataset: Dataset; snapshot: Snapshot }) {
  const t = useText(words);
  const [query, setQuery] = useSearchParams();
  const rule = query.get('rule') ?? '';
  const settlement = (query.get('settlement') ?? '') as SettlementKey | '';
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [target, setTarget] = useState<Target | null>(null);
  const code = settlement in SETTLEMENTS ? SETTLEMENTS[settlement as SettlementKey] : 0;
  const list = useQuery({
    queryKey: [SnapshotService.typeName, 'listFindings', snapshot.name, rule, code],
    queryFn: ({ signal }) => allFindings(snapshot.name, rule, code, signal),
    // Values of records are not kept longer than they are looked at.
    gcTime: 0,
  });
  const columns = useFindingColumns(rule !== '');
  const findings = useMemo(() => list.data ?? [], [list.data]);
  const chosen = findings.filter((finding) => selected.has(keyOf(finding)));
  const review = snapshot.state === SnapshotState.REVIEW;
  const change = (key: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value) next.set(key, value);
    else next.delete(key);
    setQuery(next, { replace: true });
    setSelected(new Set());
  };
  const count = snapshot.findingCounts.find((item) => item.rule === rule);
  if (snapshot.findingCounts.length === 0 && snapshot.state !== SnapshotState.DESTROYED) {
    return (
      <EmptyState title={t.nothing} icon="check">
        <p>{t.nothingText}</p>
      </EmptyState>
    );
  }
  return (
    <div className="o-findings">
      <Groups snapshot={snapshot} rule={rule} query={query} />
      <section className="o-section" aria-label={t.list}>
        <div className="o-findings__bar">
          <Select
            label={t.filter.settlement}
            value={settlement}
            onChange={(value) => change('settlement', value)}
            placeholder={t.filter.all}
            options={(Object.keys(SETTLEMENTS) as SettlementKey[]).map((key) => ({
              value: key,
              label: t.filter[key],
            }))}
          />
          <Downloads dataset={dataset} snapshot={snapshot} findings={findings} />
        </div>
        {count && count.count > 200n && <Notice>{t.listed(t.rules[rule] ?? rule)}</Notice>}
        {review && (
          <div className="o-findings__bar" role="group" aria-label={t.dialog.title}>
            {chosen.length > 0 ? (
              <>
                <p aria-live="polite">{t.selected(formatNumber(chosen.length))}</p>
                <Button
                  kind="primary"
                  size="small"
                  onClick={() => setTarget({ portions: portionsOf(chosen), count: chosen.length })}
                >
                  {t.act}
                </Button>
              </>
            ) : (
              <>
                <p className="o-small">{t.actNone}</p>
                <Button
                  size="small"
                  onClick={() => setTarget({ portions: [{ rule, rows: [] }], count: null, rule })}
                >
                  {rule ? t.actRule : t.actAll}
                </Button>
              </>
            )}
          </div>
        )}
        {list.error && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
        {list.isPending && !list.error && <Loading />}
        {list.data && (
          <DataTable
            caption={t.list}
            hideCaption
            columns={columns}
            rows={findings}
            rowKey={keyOf}
            rowName={(finding) =>
              t.rowName(formatNumber(finding.row), finding.column || t.wholeFile)
            }
            empty={t.noMatch}
            {...(review ? { selected, onSelect: setSelected } : {})}
          />
        )}
      </section>
      {target && (
        <SettleDialog
          snapshot={snapshot}
          target={target}
          onClose={() => setTarget(null)}
          onDone={() => {
            setTarget(null);
            setSelected(new Set());
          }}
        />
      )}
    </div>
  );
}

/** Rules with their counts: each a link that filters the list. */
function Groups({
  snapshot,
  rule,
  query,
}: {
  snapshot: Snapshot;
  rule: string;
  query: URLSearchParams;
}) {
  const t = useText(words);
  const to = (name: string) => {
    const next = new URLSearchParams(query);
    if (name) next.set('rule', name);
    else next.delete('rule');
    return `?${next}`;
  };
  const total = snapshot.findingCounts.reduce((sum, item) => sum + item.count, 0n);
  const sorted = snapshot.findingCounts.toSorted(
    (a, b) => a.severity - b.severity || Number(b.count - a.count),
  );
  return (
    <nav className="o-groups" aria-label={t.groups}>
      <h2>{t.groups}</h2>
      <p className="o-small" aria-live="polite">
        {snapshot.openFindings > 0n ? t.open(formatNumber(snapshot.openFindings)) : t.allDone}
      </p>
      <ul>
        <li>
          <Link to={to('')} replace aria-current={rule === '' ? 'true' : undefined}>
            <span>{t.all}</span>
            <span>{formatNumber(total)}</span>
          </Link>
        </li>
        {sorted.map((item) => (
          <li key={item.rule}>
            <Link to={to(item.rule)} replace aria-current={rule === item.rule ? 'true' : undefined}>
              <Status tone={item.severity === Severity.ERROR ? 'error' : 'warning'}>
                {item.severity === Severity.ERROR ? t.error : t.alert}
              </Status>
              <span>{t.rules[item.rule] ?? item.rule}</span>
              <span>{formatNumber(item.count)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
