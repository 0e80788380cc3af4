import './audit.css';
import type { Event } from '@oboro/gen/oboro/audit/v1/audit_pb';
import { useMemo } from 'react';
import { useText } from '../../i18n';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { TimeText } from '../../ui/DateText';
import { Status, type StatusTone } from '../../ui/Status';
import { personOf, withoutTenant } from './filter';
import { words } from './words';

const TONE: Record<string, StatusTone> = { OK: 'success', REFUSED: 'warning', FAILED: 'error' };

/** Figures and names of an event as "name: value"; never more than the service wrote. */
export function detailText(json: string): string {
  try {
    const detail = JSON.parse(json) as Record<string, unknown>;
    return Object.entries(detail)
      .filter(([key]) => key !== 'dataset')
      .map(([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : value}`)
      .join('、');
  } catch {
    return json;
  }
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
        cell: (row) => personOf(row.actor) ?? t.service(row.actor.replace('service:', '')),
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
        cell: (row) => <span className="o-audit__name">{withoutTenant(row.resource)}</span>,
      },
      {
        key: 'detail',
        header: t.columns.detail,
        cell: (row) => <span className="o-audit__detail">{detailText(row.detailJson)}</span>,
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
