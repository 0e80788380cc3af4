import './audit.css';
import { AuditService } from '@oboro/gen/oboro/audit/v1/audit_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { type FormEvent, useState } from 'react';
import { useSearchParams } from 'react-router';
import { call } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Field } from '../../ui/Field';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Select } from '../../ui/Select';
import { ChainPanel } from './ChainPanel';
import { EventTable } from './EventTable';
import { ExportPanel } from './ExportPanel';
import { type EventFilter, NO_FILTER, readFilter, toQuery, writeFilter } from './filter';
import { usePages } from './usePages';
import { words } from './words';

export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={[Role.AUDITOR]} title={t.title}>
      <Audit />
    </RequireRole>
  );
}

function Audit() {
  const t = useText(words);
  const tenant = useTenant();
  const [query, setQuery] = useSearchParams();
  const filter = readFilter(query);
  const asked = toQuery(filter, tenant.name);
  const narrowed = Object.keys(writeFilter({ ...filter, oldestFirst: false })).length > 0;
  const pages = usePages(
    [AuditService.typeName, 'events', tenant.name, query.toString()],
    (pageToken, signal) =>
      call(AuditService.method.listEvents, { ...asked, pageSize: 100, pageToken }, signal),
  );
  return (
    <>
      <PageHeader title={t.title} lead={<p>{t.lead}</p>} />
      <section className="o-section o-panel" aria-labelledby="narrow">
        <h2 id="narrow">{t.filter.title}</h2>
        {/* A new form for each filter: back and forward fill it anew. */}
        <FilterForm
          key={query.toString()}
          filter={filter}
          onApply={(next) => setQuery(writeFilter(next))}
        />
      </section>
      <section className="o-section" aria-label={t.table}>
        {pages.error && <ErrorNotice error={pages.error} retry={() => void pages.refetch()} />}
        {pages.isPending && <Loading />}
        {pages.data && pages.events.length === 0 && (
          <EmptyState title={narrowed ? t.none : t.empty} icon="audit">
            <p>{narrowed ? t.noneText : t.emptyText}</p>
          </EmptyState>
        )}
        {pages.events.length > 0 && (
          <>
            <p role="status">
              {t.count(formatNumber(pages.events.length))}
              {!pages.hasNextPage && ` ${t.allShown}`}
            </p>
            <EventTable caption={t.table} events={pages.events} />
            {pages.hasNextPage && (
              <div className="o-actions">
                <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                  {t.more}
                </Button>
              </div>
            )}
          </>
        )}
      </section>
      <ExportPanel query={asked} />
      <ChainPanel />
    </>
  );
}

function FilterForm({
  filter,
  onApply,
}: {
  filter: EventFilter;
  onApply: (filter: EventFilter) => void;
}) {
  const t = useText(words);
  const [draft, setDraft] = useState(filter);
  const set = (part: Partial<EventFilter>) => setDraft({ ...draft, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onApply(draft);
  };
  const actions = Object.entries(t.actions).map(([value, label]) => ({
    value,
    label: `${label}（${value}）`,
  }));
  return (
    <form onSubmit={submit} className="o-stack">
      <div className="o-audit__filter">
        <Select
          label={t.filter.action}
          value={draft.action}
          placeholder={t.filter.anyAction}
          options={actions}
          onChange={(action) => set({ action })}
        />
        <Field
          label={t.filter.actor}
          hint={t.filter.actorHint}
          value={draft.actor}
          onChange={(actor) => set({ actor })}
        />
        <Field
          label={t.filter.resource}
          hint={t.filter.resourceHint}
          value={draft.resource}
          onChange={(resource) => set({ resource })}
        />
        <Field
          label={t.filter.since}
          type="date"
          value={draft.since}
          onChange={(since) => set({ since })}
        />
        <Field
          label={t.filter.until}
          type="date"
          value={draft.until}
          onChange={(until) => set({ until })}
        />
        <Select
          label={t.filter.order}
          value={draft.oldestFirst ? 'oldest' : 'newest'}
          options={[
            { value: 'newest', label: t.filter.newest },
            { value: 'oldest', label: t.filter.oldest },
          ]}
          onChange={(order) => set({ oldestFirst: order === 'oldest' })}
        />
      </div>
      <div className="o-actions">
        <Button kind="primary" type="submit" icon="search">
          {t.filter.apply}
        </Button>
        <Button kind="text" onClick={() => onApply(NO_FILTER)}>
          {t.filter.clear}
        </Button>
      </div>
    </form>
  );
}
