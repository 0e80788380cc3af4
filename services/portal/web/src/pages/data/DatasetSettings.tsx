import { type Dataset, DatasetService } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useRoles } from '../../app/session';
import { useText } from '../../i18n';
import { formatNumber } from '../../lib/format';
import { trySchema } from '../../lib/schema';
import { Button } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Checkbox, Field } from '../../ui/Field';
import { SchemaColumns } from './SchemaColumns';
import { words } from './words';

/** Name, retention and review; the columns as a table, the YAML behind them. */
export function DatasetSettings({ dataset }: { dataset: Dataset }) {
  const t = useText(words);
  const { stewardOf } = useRoles();
  const schema = trySchema(dataset.schema);
  return (
    <div className="o-stack o-stack--wide">
      {stewardOf(dataset.department) ? (
        <SettingsForm dataset={dataset} key={dataset.name} />
      ) : (
        <div className="o-stack o-stack--tight">
          <dl className="o-facts">
            <dt>{t.settings.retain}</dt>
            <dd>{dataset.retainSnapshots ? t.settings.yes : t.settings.no}</dd>
            <dt>{t.settings.review}</dt>
            <dd>{dataset.reviewFindings ? t.settings.yes : t.settings.no}</dd>
          </dl>
          <p className="o-small">{t.settings.readOnly}</p>
        </div>
      )}
      {schema && (
        <div className="o-stack">
          <dl className="o-facts">
            <dt>{t.settings.encoding}</dt>
            <dd>{schema.encoding}</dd>
            <dt>{t.settings.key}</dt>
            <dd>{schema.key.join('、') || '―'}</dd>
            <dt>{t.settings.limit}</dt>
            <dd>{formatNumber(schema.errorLimit)}</dd>
          </dl>
          <SchemaColumns schema={schema} />
        </div>
      )}
      <details className="o-details">
        <summary>{t.settings.yaml}</summary>
        <pre className="o-code" tabIndex={0}>
          {dataset.schema}
        </pre>
      </details>
    </div>
  );
}

function SettingsForm({ dataset }: { dataset: Dataset }) {
  const t = useText(words);
  const [displayName, setDisplayName] = useState(dataset.displayName);
  const [retainSnapshots, setRetain] = useState(dataset.retainSnapshots);
  const [reviewFindings, setReview] = useState(dataset.reviewFindings);
  const save = useAction(
    () =>
      call(DatasetService.method.updateDataset, {
        name: dataset.name,
        displayName: displayName.trim(),
        retainSnapshots,
        reviewFindings,
      }),
    { refresh: [DatasetService], done: t.settings.saved },
  );
  const missing = displayName.trim() === '';
  return (
    <form
      className="o-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) save.mutate();
      }}
    >
      <Field
        label={t.settings.name}
        value={displayName}
        onChange={setDisplayName}
        required
        error={missing ? t.create.nameMissing : null}
      />
      <div>
        <Checkbox checked={reviewFindings} onChange={setReview} hint={t.settings.reviewHint}>
          {t.settings.review}
        </Checkbox>
        <Checkbox checked={retainSnapshots} onChange={setRetain} hint={t.settings.retainHint}>
          {t.settings.retain}
        </Checkbox>
      </div>
      {save.error && <ErrorNotice error={save.error} />}
      <div className="o-actions">
        <Button kind="primary" type="submit" busy={save.isPending}>
          {t.settings.save}
        </Button>
      </div>
    </form>
  );
}
