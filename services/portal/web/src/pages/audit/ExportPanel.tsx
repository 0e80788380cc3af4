import { toJsonString } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { AuditService, type Event, EventSchema } from '@oboro/gen/oboro/audit/v1/audit_pb';
import { call, useAction } from '../../app/api';
import { useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { type CsvEncodingName, encodeCsv } from '../../lib/csv';
import { download } from '../../lib/download';
import { formatNumber } from '../../lib/format';
import { formatInstant } from '../../lib/wareki';
import { Button } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import type { EventQuery } from './filter';
import { allPages } from './usePages';
import { words } from './words';

type Form = CsvEncodingName | 'jsonl';

/** Events as files: what is filtered for Excel, all of them for a check elsewhere. */
export function ExportPanel({ query }: { query: EventQuery }) {
  const t = useText(words);
  const { language } = useLanguage();
  const tenant = useTenant();
  const write = useAction(
    async (form: Form) => {
      const events: Event[] = [];
      const asked = form === 'jsonl' ? { parent: tenant.name } : query;
      const count = await allPages(
        (pageToken) =>
          call(AuditService.method.listEvents, { ...asked, pageSize: 1000, pageToken }),
        (page) => events.push(...page),
      );
      const name = `${t.export.file}_${tenant.displayName}`;
      if (form === 'jsonl') {
        const lines = events.map((event) => `${toJsonString(EventSchema, event)}\n`);
        download(lines, `${name}.jsonl`, 'application/x-ndjson');
      } else {
        const header = [
          t.columns.sequence,
          t.columns.time,
          'RFC 3339',
          t.columns.actor,
          'action',
          t.columns.action,
          t.columns.outcome,
          t.columns.resource,
          t.columns.detail,
        ];
        const rows = events.map((event) => {
          const time = event.time ? timestampDate(event.time) : new Date(0);
          return [
            event.sequence,
            formatInstant(time, language),
            time.toISOString(),
            event.actor,
            event.action,
            t.actions[event.action] ?? event.action,
            event.outcome,
            event.resource,
            event.detailJson,
          ];
        });
        download(encodeCsv([header, ...rows], form).bytes, `${name}.csv`, 'text/csv');
      }
      return count;
    },
    { done: (count) => t.export.done(formatNumber(count)) },
  );
  const busy = (form: Form) => write.isPending && write.variables === form;
  return (
    <section className="o-section" aria-labelledby="export">
      <h2 id="export">{t.export.title}</h2>
      <p>{t.export.text}</p>
      <div className="o-actions">
        <Button icon="download" busy={busy('utf-8-bom')} onClick={() => write.mutate('utf-8-bom')}>
          {t.export.utf8}
        </Button>
        <Button icon="download" busy={busy('cp932')} onClick={() => write.mutate('cp932')}>
          {t.export.cp932}
        </Button>
        <Button icon="download" busy={busy('jsonl')} onClick={() => write.mutate('jsonl')}>
          {t.export.json}
        </Button>
      </div>
      <p className="o-small">{t.export.jsonHint}</p>
      {write.error && <ErrorNotice error={write.error} />}
    </section>
  );
}
