import { AuditService } from '@oboro/gen/oboro/audit/v1/audit_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { DatasetService } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useParams } from 'react-router';
import { call, useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { EventTable } from './EventTable';
import { usePages } from './usePages';
import { words } from './words';

/** Who used what a department holds. */
export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={[Role.STEWARD, Role.AUDITOR]} title={t.uses.title}>
      <Uses />
    </RequireRole>
  );
}

function Uses() {
  const t = useText(words);
  const tenant = useTenant();
  const { dataset: id = '' } = useParams();
  const name = `${tenant.name}/datasets/${id}`;
  const dataset = useCall(DatasetService.method.getDataset, { name }, { staleTime: 60_000 });
  const title = dataset.data?.dataset?.displayName ?? id;
  const pages = usePages([AuditService.typeName, 'uses', name], (pageToken, signal) =>
    call(
      AuditService.method.listDatasetUses,
      { parent: tenant.name, dataset: name, pageSize: 100, pageToken },
      signal,
    ),
  );
  return (
    <>
      <PageHeader
        title={t.uses.of(title)}
        crumbs={[
          { to: tenant.path('data'), label: t.uses.data },
          { to: tenant.path('data', id), label: title },
        ]}
        lead={<p>{t.uses.lead}</p>}
      />
      {pages.error && <ErrorNotice error={pages.error} retry={() => void pages.refetch()} />}
      {pages.isPending && <Loading />}
      {pages.data && pages.events.length === 0 && (
        <EmptyState title={t.uses.none} icon="audit">
          <p>{t.uses.noneText}</p>
        </EmptyState>
      )}
      {pages.events.length > 0 && (
        <section className="o-section">
          <p role="status">{t.count(formatNumber(pages.events.length))}</p>
          <EventTable caption={t.uses.of(title)} events={pages.events} />
          {pages.hasNextPage && (
            <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              {t.more}
            </Button>
          )}
          <p className="o-small">{t.uses.note}</p>
        </section>
      )}
    </>
  );
}
