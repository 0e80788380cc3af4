import { type Dataset, DatasetService } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { type ReactNode, type RefObject, useEffect, useMemo } from 'react';
import { useBlocker, useSearchParams } from 'react-router';
import { useCall } from '../../app/api';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { download } from '../../lib/download';
import { idOf } from '../../lib/format';
import { trySchema } from '../../lib/schema';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Notice } from '../../ui/ErrorNotice';
import { TextArea } from '../../ui/Field';
import { type TabItem, Tabs } from '../../ui/Tabs';
import { Basics } from './Basics';
import { OutputColumns } from './OutputColumns';
import { Preview } from './Preview';
import { SourceColumns } from './SourceColumns';
import type { Draft } from './useDraft';
import { words } from './words';

interface EditorProps {
  draft: Draft;
  /** May change it. */
  writable: boolean;
  fileName: string;
  /** Tabs behind those of every recipe. */
  more?: TabItem[];
  footer?: ReactNode;
}

/** A recipe as a form, as YAML, and tried on made-up records. Tab and dataset stand in the URL. */
export function Editor({ draft, writable, fileName, more = [], footer }: EditorProps) {
  const t = useText(words);
  const [query, setQuery] = useSearchParams();
  const datasets = useCall(DatasetService.method.listDatasets, { parent: useTenant().name });
  const all = datasets.data?.datasets ?? [];
  const chosen = all.find((item) => idOf(item.name) === query.get('dataset')) ?? guess(all, draft);
  const put = (key: string, value: string) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now);
        if (value) next.set(key, value);
        else next.delete(key);
        return next;
      },
      { replace: true },
    );
  const leaving = useGuard(draft.changed && writable, draft.saved);
  const layout = useMemo(
    () =>
      chosen ? (trySchema(chosen.schema)?.columns.map((column) => column.name) ?? null) : null,
    [chosen],
  );
  const choice = { datasets: all, chosen, choose: (id: string) => put('dataset', id) };
  return (
    <>
      <Tabs
        label={t.tabs.label}
        selected={query.get('view') ?? 'form'}
        onSelect={(view) => put('view', view === 'form' ? '' : view)}
        items={[
          {
            id: 'form',
            label: t.tabs.form,
            content: <Form draft={draft} writable={writable} layout={layout} choice={choice} />,
          },
          {
            id: 'yaml',
            label: t.tabs.yaml,
            content: <Yaml draft={draft} writable={writable} fileName={fileName} />,
          },
          {
            id: 'preview',
            label: t.tabs.preview,
            content: <Preview document={draft.document} choice={choice} />,
          },
          ...more,
        ]}
      />
      {footer}
      {leaving && (
        <ConfirmDialog
          open
          title={t.leave.title}
          action={t.leave.go}
          onClose={() => leaving.reset()}
          onConfirm={() => leaving.proceed()}
        >
          <p>{t.leave.text}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

export interface DatasetChoice {
  datasets: Dataset[];
  chosen: Dataset | null;
  choose: (id: string) => void;
}

/** The dataset whose layout has the most of the recipe's source columns; none when it has none of them. */
function guess(datasets: Dataset[], draft: Draft): Dataset | null {
  const sources = new Set(draft.form?.columns.map((column) => column.source));
  const scored = datasets
    .map((dataset) => ({
      dataset,
      score:
        trySchema(dataset.schema)?.columns.filter((column) => sources.has(column.name)).length ?? 0,
    }))
    .filter((item) => item.score > 0);
  return scored.toSorted((a, b) => b.score - a.score)[0]?.dataset ?? null;
}

/** Which recipe and version an address shows. */
const documentAt = ({ pathname, search }: { pathname: string; search: string }): string =>
  `${pathname} ${new URLSearchParams(search).get('version') ?? ''}`;

/** Asks before the page is closed or left with changes in it: the browser for the one, we for the other. */
function useGuard(on: boolean, saved: RefObject<boolean>) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      on && !saved.current && documentAt(currentLocation) !== documentAt(nextLocation),
  );
  useEffect(() => {
    if (!on) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [on]);
  return blocker.state === 'blocked' ? blocker : null;
}

function Form({
  draft,
  writable,
  layout,
  choice,
}: {
  draft: Draft;
  writable: boolean;
  layout: string[] | null;
  choice: DatasetChoice;
}) {
  const t = useText(words);
  const { form, fault, change } = draft;
  if (!form) {
    const broken = fault && fault.message !== 'NOT_A_RECIPE';
    return (
      <Notice tone="error" title={broken ? t.broken(fault.line) : t.notRecipe}>
        {broken && <p>{t.brokenText}</p>}
      </Notice>
    );
  }
  return (
    <div className="o-stack o-stack--wide">
      <Basics form={form} change={change} writable={writable} />
      <OutputColumns form={form} change={change} writable={writable} layout={layout} />
      <SourceColumns
        form={form}
        change={change}
        writable={writable}
        layout={layout}
        choice={choice}
      />
    </div>
  );
}

function Yaml({
  draft,
  writable,
  fileName,
}: {
  draft: Draft;
  writable: boolean;
  fileName: string;
}) {
  const t = useText(words);
  const { fault } = draft;
  const error = !fault
    ? null
    : fault.message === 'NOT_A_RECIPE'
      ? t.notRecipe
      : t.broken(fault.line);
  return (
    <div className="o-stack">
      <TextArea
        label={t.yaml.label}
        hint={t.yaml.hint}
        value={draft.document}
        onChange={draft.setText}
        readOnly={!writable}
        rows={28}
        className="o-input--code"
        spellCheck={false}
        error={error}
      />
      <div className="o-actions">
        <Button
          icon="download"
          size="small"
          onClick={() => download(draft.document, `${fileName}.yaml`, 'application/yaml')}
        >
          {t.yaml.download}
        </Button>
      </div>
    </div>
  );
}
