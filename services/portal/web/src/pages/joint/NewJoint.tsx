import './joint.css';
import '../statistics/statistics.css';
import { JointService } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { client, useAction } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { columnTitle } from '../../lib/columns';
import { idOf } from '../../lib/format';
import { formatDate } from '../../lib/wareki';
import { Button, LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Field, TextArea } from '../../ui/Field';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Select } from '../../ui/Select';
import { type Draft, emptyDraft, requestOf } from '../statistics/model/draft';
import { AxisChooser } from './AxisChooser';
import { useBases } from './bases';
import type { Basis } from './fit';
import { purposeWithNames } from './municipalities';
import { emptyPartner, faultOf, type Partner, Partners } from './Partners';
import { words } from './words';

/** Proposes a table to other municipalities, by the columns of data of one's own. */
export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={[Role.PRIVACY_OFFICER]} title={t.form.title}>
      <NewJoint />
    </RequireRole>
  );
}

function NewJoint() {
  const t = useText(words);
  const tenant = useTenant();
  const { bases, titleOf, ready, error } = useBases();
  return (
    <>
      <PageHeader
        title={t.form.title}
        crumbs={[{ to: tenant.path('joint'), label: t.title }]}
        lead={<p>{t.form.lead}</p>}
      />
      {error && <ErrorNotice error={error} />}
      {!error && !ready && <Loading />}
      {ready && bases.length === 0 && (
        <EmptyState
          title={t.form.noBasis}
          icon="recipes"
          action={<LinkButton to={tenant.path('abstractions')}>{t.form.toAbstractions}</LinkButton>}
        >
          <p>{t.form.noBasisText}</p>
        </EmptyState>
      )}
      {ready && bases.length > 0 && <ProposalForm bases={bases} titleOf={titleOf} />}
    </>
  );
}

interface FormProps {
  bases: Basis[];
  titleOf: (abstraction: Basis['abstraction']) => string;
}

function ProposalForm({ bases, titleOf }: FormProps) {
  const t = useText(words);
  const tenant = useTenant();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState(
    () => (bases.find(({ verdict }) => verdict) ?? bases[0]!).abstraction.name,
  );
  const basis = bases.find(({ abstraction }) => abstraction.name === chosen) ?? bases[0]!;
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [named, setNamed] = useState<string>();
  const [purpose, setPurpose] = useState('');
  const [typedKind, setKind] = useState<string>();
  const [partners, setPartners] = useState<Partner[]>([emptyPartner()]);
  const [tried, setTried] = useState(false);
  // The same proposal sent twice is one: a new number only when something changed.
  const request = useRef({ text: '', id: '' });

  const kind = typedKind ?? titleOf(basis.abstraction);
  const name =
    named ??
    (draft.rows.length > 0
      ? t.form.nameOf(draft.rows.map((column) => columnTitle(column, language)).join('・'))
      : '');
  const wrong = {
    name: name.trim() ? null : t.form.nameMissing,
    purpose: purpose.trim() ? null : t.form.purposeMissing,
    kind: kind.trim() ? null : t.form.kindMissing,
    axes:
      draft.rows.length === 0 ? t.form.axesMissing : draft.rows.length > 7 ? t.form.axesMany : null,
    partners: partners.some((_, i) => faultOf(partners, i, tenant.municipalityCode)),
  };
  const send = useAction(
    () => {
      const names = new Map(partners.map((one) => [one.code.trim(), one.name.trim()]));
      names.set(tenant.municipalityCode, tenant.displayName);
      const proposal = {
        displayName: name.trim(),
        purpose: purposeWithNames(purpose, names),
        datasetKind: kind.trim(),
        referenceDate: basis.abstraction.referenceDate,
        axes: requestOf(draft).axes,
        municipalityCodes: [...names.keys()],
      };
      const text = JSON.stringify(proposal);
      if (request.current.text !== text) request.current = { text, id: crypto.randomUUID() };
      return client(JointService).proposeJointStatistic({
        parent: tenant.name,
        proposal,
        requestId: request.current.id,
      });
    },
    {
      refresh: [JointService],
      done: t.form.done,
      onSuccess: ({ jointStatistic }) =>
        void navigate(tenant.path('joint', idOf(jointStatistic?.name ?? ''))),
    },
  );
  const form = useRef<HTMLFormElement>(null);
  const submit = () => {
    setTried(true);
    if (!Object.values(wrong).some(Boolean)) return send.mutate();
    // Once faults are drawn: to the first, which may stand out of sight.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    );
  };
  return (
    <form
      ref={form}
      className="o-stack o-stack--wide"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="o-form">
        <Select
          label={t.form.basis}
          hint={t.form.basisHelp}
          value={basis.abstraction.name}
          onChange={(value) => {
            setChosen(value);
            setDraft(emptyDraft);
          }}
          options={bases.map(({ abstraction }) => ({
            value: abstraction.name,
            label: t.form.basisOf(
              titleOf(abstraction),
              formatDate(abstraction.referenceDate, language),
            ),
          }))}
        />
        {!basis.verdict && <Notice tone="warning">{t.form.notOpen}</Notice>}
      </div>
      <AxisChooser
        draft={draft}
        abstraction={basis.abstraction}
        onChange={setDraft}
        error={tried ? wrong.axes : null}
      />
      <section className="o-section" aria-labelledby="about">
        <h2 id="about">{t.form.about}</h2>
        <div className="o-form">
          <Field
            label={t.form.name}
            hint={t.form.nameHint}
            value={name}
            onChange={setNamed}
            required
            maxLength={100}
            error={tried ? wrong.name : null}
          />
          <TextArea
            label={t.form.purpose}
            hint={t.form.purposeHint}
            value={purpose}
            onChange={setPurpose}
            required
            rows={3}
            maxLength={300}
            error={tried ? wrong.purpose : null}
          />
          <Field
            label={t.form.kind}
            hint={t.form.kindHint}
            value={kind}
            onChange={setKind}
            required
            maxLength={100}
            error={tried ? wrong.kind : null}
          />
        </div>
      </section>
      <Partners partners={partners} onChange={setPartners} tried={tried} />
      {send.error ? <ErrorNotice error={send.error} /> : null}
      <div className="o-actions">
        <Button kind="primary" type="submit" busy={send.isPending}>
          {t.form.submit}
        </Button>
      </div>
    </form>
  );
}
