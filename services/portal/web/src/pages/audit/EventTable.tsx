import './audit.css';
import type { Event } from '@oboro/gen/oboro/audit/v1/audit_pb';
import { useMemo } from 'react';
import { PersonName } from '../../app/people';
import { useText } from '../../i18n';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { TimeText } from '../../ui/DateText';
import { Status, type StatusTone } from '../../ui/Status';
import { detailsOf, resourceOf } from './event';
import { personOf, withoutTenant } from './filter';
import { words } from './words';

const TONE: Record<string, StatusTone> = { OK: 'success', REFUSED: 'warning', FAILED: 'error' };

/** What kind of thing it is, and its name in full: auditors search for it. */
function Resource({ name }: { name: string }) {
  const t = useText(words);
  const { kind, id } = resourceOf(name);
  return (
    <span className="o-audit__name">
      {t.resources[kind] ?? kind}
      {id && (
        <>
          <br />
          <code>{withoutTenant(id)}</code>
        </>
      )}
    </span>
  );
}

/** Figures and names of an event; never more than the service wrote. */
function Details({ json }: { json: string }) {
  const t = useText(words);
  const details = detailsOf(json);
  if (details.length === 0) return null;
  return (
    <dl className="o-audit__detail">
      {details.map(({ key, value }) => (
        <div key={key}>
          <dt>{t.details[key] ?? key}</dt>
          <dd>{t.values[value] ?? value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function EventTable({ caption, events }: { caption: string; events: readonly Event[] }) {
  const t = useText(words);
  const columns = useMemo<TableColumn<Event>[]>(
    () => [
      {
        key: 'sequence',
        header: t.columns.sequence,
        numeric: true,
        rowHeader: true,
        cell: (row) => String(row.sequence),
      },
      {
        key: 'time',
        header: t.columns.time,
        cell: (row) => <TimeText time={row.time} />,
      },
      {
        key: 'actor',
        header: t.columns.actor,
        cell: (row) => {
          const person = personOf(row.actor);
          return person === null ? (
            t.service(row.actor.replace('service:', ''))
          ) : (
            <PersonName subject={person} />
          );
        },
      },
      {
        key: 'action',
        header: t.columns.action,
        cell: (row) => t.actions[row.action] ?? row.action,
      },
      {
        key: 'outcome',
        header: t.columns.outcome,
        nowrap: true,
        cell: (row) => (
          <Status tone={TONE[row.outcome] ?? 'neutral'}>
            {t.outcomes[row.outcome] ?? row.outcome}
          </Status>
        ),
      },
      {
        key: 'resource',
        header: t.columns.resource,
        cell: (row) => <Resource name={row.resource} />,
      },
      {
        key: 'detail',
        header: t.columns.detail,
        cell: (row) => <Details json={row.detailJson} />,
      },
    ],
    [t],
  );
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={events}
      rowKey={(row) => String(row.sequence)}
    />
  );
}
