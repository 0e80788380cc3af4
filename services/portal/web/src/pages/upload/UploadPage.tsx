import './upload.css';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import {
  type Dataset,
  DatasetService,
  ProfileService,
  SnapshotService,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useMemo, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { parseSchema, type Schema } from '../../lib/schema';
import { parseIso } from '../../lib/wareki';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { ChooseStep } from './ChooseStep';
import { MapStep } from './MapStep';
import { ResumeStep } from './ResumeStep';
import { SendStep } from './SendStep';
import { TryStep } from './TryStep';
import { words } from './words';

export const WIZARD = ['choose', 'map', 'try', 'send'] as const;
export type WizardStep = (typeof WIZARD)[number];

/** A file and the 時点 that it is of. */
export interface Chosen {
  id: string;
  file: File;
  date: string;
  /** The date was taken from the name and not confirmed by typing. */
  guessed: boolean;
  /** The snapshot that it goes into; empty until it is opened. */
  snapshot: string;
}

export interface WizardProps {
  dataset: Dataset;
  schema: Schema;
  files: Chosen[];
  setFiles: (files: Chosen[]) => void;
  /** The saved profile that files are read with; empty: the dataset's own layout. */
  profile: string;
  setProfile: (name: string) => void;
  go: (step: WizardStep) => void;
}

export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={[Role.STEWARD]} title={t.title}>
      <Upload />
    </RequireRole>
  );
}

function Upload() {
  const t = useText(words);
  const tenant = useTenant();
  const { dataset: id = '' } = useParams();
  const name = `${tenant.name}/datasets/${id}`;
  const answer = useCall(DatasetService.method.getDataset, { name });
  const dataset = answer.data?.dataset;
  const crumbs = [
    { to: tenant.path('data'), label: t.data },
    ...(dataset ? [{ to: tenant.path('data', id), label: dataset.displayName }] : []),
  ];
  return (
    <>
      <PageHeader title={t.title} crumbs={crumbs} />
      {answer.error && <ErrorNotice error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isPending && <Loading />}
      {dataset && <Wizard dataset={dataset} key={dataset.name} />}
    </>
  );
}

function Wizard({ dataset }: { dataset: Dataset }) {
  const t = useText(words);
  const [query, setQuery] = useSearchParams();
  const [files, setFiles] = useState<Chosen[]>([]);
  const [profile, setProfile] = useState('');
  const [began] = useState(() => query.get('step') ?? 'choose');
  const schema = useMemo(() => parseSchema(dataset.schema), [dataset.schema]);
  const resumed = query.get('snapshot');
  const asked = query.get('step') as WizardStep;
  // A file lives in the page only: after a reload it is chosen again.
  const step: WizardStep = files.length > 0 && WIZARD.includes(asked) ? asked : 'choose';
  const go = (next: WizardStep) => {
    const changed = new URLSearchParams(query);
    changed.set('step', next);
    setQuery(changed);
    window.scrollTo({ top: 0 });
  };
  const props: WizardProps = { dataset, schema, files, setFiles, profile, setProfile, go };
  const given = parseIso(query.get('date') ?? '') ? (query.get('date') ?? '') : '';
  return (
    <>
      <WizardSteps step={step} />
      {began !== 'choose' && step === 'choose' && files.length === 0 && <Notice>{t.lost}</Notice>}
      {step === 'choose' && resumed && (
        <ResumeStep {...props} snapshot={`${dataset.name}/snapshots/${resumed}`} />
      )}
      {step === 'choose' && !resumed && <ChooseStep {...props} date={given} />}
      {step === 'map' && <MapStep {...props} />}
      {step === 'try' && <TryStep {...props} />}
      {step === 'send' && <SendStep {...props} />}
    </>
  );
}

function WizardSteps({ step }: { step: WizardStep }) {
  const t = useText(words);
  const at = WIZARD.indexOf(step);
  return (
    <ol className="o-wizard" aria-label={t.stepLabel}>
      {WIZARD.map((name, index) => (
        <li
          key={name}
          aria-current={index === at ? 'step' : undefined}
          className={index < at ? 'o-wizard__done' : undefined}
        >
          <span aria-hidden="true">{index + 1}</span>
          {t.steps[name]}
        </li>
      ))}
    </ol>
  );
}

export const useProfiles = (dataset: Dataset) =>
  useCall(ProfileService.method.listProfiles, { parent: dataset.name });

export const useExisting = (dataset: Dataset) =>
  useCall(SnapshotService.method.listSnapshots, { parent: dataset.name });
