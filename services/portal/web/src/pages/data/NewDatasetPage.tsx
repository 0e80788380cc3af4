import './data.css';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { DatasetService } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { call, useAction } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useRoles, useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { RESOURCE_ID } from '../../lib/format';
import { parseSchema, type Schema, yamlFault } from '../../lib/schema';
import { shippedSchemas } from '../../lib/shipped';
import { Button } from '../../ui/Button';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Checkbox, Field, RadioGroup, TextArea } from '../../ui/Field';
import { PageHeader } from '../../ui/PageHeader';
import { Select } from '../../ui/Select';
import { useDepartments } from './queries';
import { SchemaColumns } from './SchemaColumns';
import { words } from './words';

export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={[Role.STEWARD]} title={t.create.title}>
      <NewDataset />
    </RequireRole>
  );
}

const idFrom = (dataset: string) =>
  dataset
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 63);

function read(yaml: string): { schema: Schema | null; fault: string } {
  if (!yaml.trim()) return { schema: null, fault: '' };
  try {
    return { schema: parseSchema(yaml), fault: '' };
  } catch (error) {
    return { schema: null, fault: yamlFault(error) };
  }
}

function NewDataset() {
  const t = useText(words);
  const { language } = useLanguage();
  const tenant = useTenant();
  const navigate = useNavigate();
  const { stewardOf } = useRoles();
  const departments = useDepartments();
  const mine = (departments.data?.departments ?? []).filter((item) => stewardOf(item.name));
  const [source, setSource] = useState<'shipped' | 'pasted'>('shipped');
  const [layout, setLayout] = useState(shippedSchemas[0]?.id ?? '');
  const [pasted, setPasted] = useState('');
  const [typedName, setTypedName] = useState<string | null>(null);
  const [typedId, setTypedId] = useState<string | null>(null);
  const [chosen, setChosen] = useState('');
  const [reviewFindings, setReview] = useState(true);
  const [retainSnapshots, setRetain] = useState(false);
  const [tried, setTried] = useState(false);

  const yaml =
    source === 'shipped'
      ? (shippedSchemas.find((item) => item.id === layout)?.document ?? '')
      : pasted;
  const { schema, fault } = useMemo(() => read(yaml), [yaml]);
  const displayName = typedName ?? schema?.title[language] ?? '';
  const id = typedId ?? idFrom(schema?.dataset ?? '');
  const department = chosen || (mine.length === 1 ? mine[0]!.name : '');
  const wrong = {
    name: displayName.trim() ? null : t.create.nameMissing,
    id: RESOURCE_ID.test(id) ? null : t.create.idWrong,
    department: department ? null : t.create.departmentMissing,
  };

  const create = useAction(
    () =>
      call(DatasetService.method.createDataset, {
        parent: tenant.name,
        datasetId: id,
        displayName: displayName.trim(),
        department,
        schema: yaml,
        retainSnapshots,
        reviewFindings,
      }),
    {
      refresh: [DatasetService],
      done: t.create.done(displayName),
      onSuccess: () => void navigate(tenant.path('data', id)),
    },
  );
  const submit = () => {
    setTried(true);
    if (schema && !wrong.name && !wrong.id && !wrong.department) create.mutate();
  };
  return (
    <>
      <PageHeader
        title={t.create.title}
        crumbs={[{ to: tenant.path('data'), label: t.title }]}
        lead={<p>{t.create.lead}</p>}
      />
      {departments.data && mine.length === 0 && (
        <Notice tone="warning">{t.create.noDepartment}</Notice>
      )}
      <form
        className="o-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <RadioGroup
          legend={t.create.source}
          value={source}
          onChange={setSource}
          options={[
            { value: 'shipped', label: t.create.shipped },
            { value: 'pasted', label: t.create.pasted },
          ]}
        />
        {source === 'shipped' ? (
          <Select
            label={t.create.layout}
            value={layout}
            onChange={setLayout}
            options={shippedSchemas.map((item) => ({
              value: item.id,
              label: read(item.document).schema?.title[language] ?? item.id,
            }))}
          />
        ) : (
          <TextArea
            label={t.create.yaml}
            hint={t.create.yamlHint}
            value={pasted}
            onChange={setPasted}
            rows={14}
            className="o-input--code"
            spellCheck={false}
            required
            error={fault ? t.create.yamlBroken(fault) : null}
          />
        )}
        <Field
          label={t.create.name}
          hint={t.create.nameHint}
          value={displayName}
          onChange={setTypedName}
          required
          error={tried ? wrong.name : null}
        />
        <Field
          label={t.create.id}
          hint={t.create.idHint}
          value={id}
          onChange={setTypedId}
          required
          autoCapitalize="none"
          spellCheck={false}
          error={tried || typedId !== null ? wrong.id : null}
        />
        <Select
          label={t.create.department}
          value={department}
          onChange={setChosen}
          placeholder=""
          required
          error={tried ? wrong.department : null}
          options={mine.map((item) => ({ value: item.name, label: item.displayName }))}
        />
        <div>
          <Checkbox checked={reviewFindings} onChange={setReview} hint={t.settings.reviewHint}>
            {t.settings.review}
          </Checkbox>
          <Checkbox checked={retainSnapshots} onChange={setRetain} hint={t.settings.retainHint}>
            {t.settings.retain}
          </Checkbox>
        </div>
        {create.error && <ErrorNotice error={create.error} />}
        <div className="o-actions">
          <Button kind="primary" type="submit" busy={create.isPending}>
            {t.create.submit}
          </Button>
        </div>
      </form>
      {schema && <SchemaColumns schema={schema} />}
    </>
  );
}
