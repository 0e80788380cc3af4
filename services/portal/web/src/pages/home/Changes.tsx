import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { ReleaseService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { type ReactNode, useMemo } from 'react';
import { Link } from 'react-router';
import { useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { outcomeTone, outcomeWord, snapshotTone, snapshotWord, tierWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { idOf, partOf } from '../../lib/format';
import { formatDateShort } from '../../lib/wareki';
import type { TableColumn } from '../../ui/DataTable';
import { TimeText } from '../../ui/DateText';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { ShortTable } from '../../ui/ShortTable';
import { Status } from '../../ui/Status';
import { READERS, useChain } from '../data/queries';
import { innerOutcome } from '../data/steps';
import { stateKey, stateTone, stateWords } from '../releases/states';
import { useAllSnapshots } from './snapshots';
import { words } from './words';

interface Change {
  key: string;
  kind: 'snapshot' | 'verdict' | 'statistic' | 'release';
  time: Timestamp | undefined;
  title: string;
  to: string;
  state: ReactNode;
}

const LATEST = 12;

/** The newest snapshots, verdicts, statistics and releases in one list. */
export function Changes() {
  const t = useText(words);
  const { has } = useRoles();
  const { changes, pending, error, retry } = useChanges();
  const columns = useMemo<TableColumn<Change>[]>(
    () => [
      {
        key: 'when',
        header: t.changes.when,
        nowrap: true,
        cell: (row) => <TimeText time={row.time} />,
      },
      {
        key: 'what',
        header: t.changes.what,
        nowrap: true,
        cell: (row) => t.changes.kinds[row.kind],
      },
      {
        key: 'about',
        header: t.changes.about,
        rowHeader: true,
        cell: (row) => <Link to={row.to}>{row.title}</Link>,
      },
      { key: 'state', header: t.changes.state, nowrap: true, cell: (row) => row.state },
    ],
    [t],
  );
  return (
    <section className="o-section" aria-labelledby="changes">
      <h2 id="changes">{t.changes.title}</h2>
      {error && <ErrorNotice error={error} retry={retry} />}
      {!error && pending && <Loading />}
      {!error && !pending && changes.length === 0 && (
        <EmptyState title={t.changes.none} icon="clock" level={3}>
          <p>{t.changes.noneText}</p>
          {has(...READERS) && (
            <ol>
              {t.changes.steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          )}
        </EmptyState>
      )}
      {changes.length > 0 && (
        <ShortTable
          caption={t.changes.title}
          columns={columns}
          rows={changes}
          rowKey={(row) => row.key}
        />
      )}
    </section>
  );
}

function useChanges() {
  const shared = useText(common);
  const r = useText(stateWords);
  const { language } = useLanguage();
  const tenant = useTenant();
  const all = useAllSnapshots();
  const { chain, pending, error, retry } = useChain();
  const releases = useCall(ReleaseService.method.listReleases, { parent: tenant.name });
  const { datasets, snapshots } = all;
  const changes = useMemo(() => {
    const titles = new Map(datasets.map((item) => [idOf(item.name), item.displayName]));
    const titleOf = (snapshot: string, date: string) => {
      const id = partOf(snapshot, 'datasets');
      return `${titles.get(id) ?? id} ${date ? formatDateShort(date, language) : ''}`.trim();
    };
    const list: Change[] = [
      ...snapshots.map((item): Change => ({
        key: item.name,
        kind: 'snapshot',
        time: item.createTime,
        title: titleOf(item.name, item.referenceDate),
        to: tenant.path('data', partOf(item.name, 'datasets')),
        state: <Status tone={snapshotTone(item.state)}>{snapshotWord(shared, item.state)}</Status>,
      })),
      ...chain.verdicts.map((item): Change => {
        const source = chain.abstractions.find(({ name }) => name === item.abstraction);
        const outcome = innerOutcome(item);
        return {
          key: item.name,
          kind: 'verdict',
          time: item.createTime,
          title: titleOf(source?.snapshot ?? '', source?.referenceDate ?? '') || idOf(item.name),
          to: tenant.path('verdicts', idOf(item.name)),
          state: <Status tone={outcomeTone(outcome)}>{outcomeWord(shared, outcome)}</Status>,
        };
      }),
      ...chain.statistics.map((item): Change => ({
        key: item.name,
        kind: 'statistic',
        time: item.createTime,
        title: item.displayName,
        to: tenant.path('statistics', idOf(item.name)),
        state: tierWord(shared, item.tier),
      })),
      ...(releases.data?.releases ?? []).map((item): Change => ({
        key: item.name,
        kind: 'release',
        time: item.steps.at(-1)?.time ?? item.createTime,
        title: item.displayName,
        to: tenant.path('releases', idOf(item.name)),
        state: <Status tone={stateTone(item.state)}>{r[stateKey(item.state)]}</Status>,
      })),
    ];
    const seconds = (change: Change) => Number(change.time?.seconds ?? 0n);
    return list.toSorted((a, b) => seconds(b) - seconds(a)).slice(0, LATEST);
  }, [datasets, snapshots, chain, releases.data, shared, r, language, tenant]);
  return {
    changes,
    pending: pending || all.pending || releases.isPending,
    error: error ?? all.error ?? releases.error,
    retry: () => {
      retry();
      all.retry();
      void releases.refetch();
    },
  };
}
