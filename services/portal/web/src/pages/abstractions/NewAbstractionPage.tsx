import {
  AbstractionService,
  type Recipe,
  RecipeService,
} from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import {
  type Operation,
  OperationService,
  OperationState,
} from '@oboro/gen/oboro/operation/v1/operation_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { type Dataset, SnapshotService, SnapshotState } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { call, refresh, useAction, useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useRoles, useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { formatNumber, idOf } from '../../lib/format';
import { formatDate } from '../../lib/wareki';
import { Button, LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { OperationProgress } from '../../ui/Progress';
import { Select } from '../../ui/Select';
import { useDatasets, useSnapshots } from '../data/queries';
import { titleOf } from './document';
import { words } from './words';

/** Chooses snapshot and recipe, starts the work and follows it; the choice and the work are in the URL. */
export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={[Role.STEWARD]} title={t.form.title}>
      <NewAbstraction />
    </RequireRole>
  );
}

function NewAbstraction() {
  const t = useText(words);
  const tenant = useTenant();
  const { stewardOf } = useRoles();
  const [query] = useSearchParams();
  const datasets = useDatasets();
  const recipes = useCall(RecipeService.method.listRecipes, { parent: tenant.name });
  const failure = datasets.error ?? recipes.error;
  const mine = (datasets.data?.datasets ?? []).filter((item) => stewardOf(item.department));
  const operation = query.get('operation') ?? '';
  const ready = datasets.data && recipes.data;
  return (
    <>
      <PageHeader
        title={t.form.title}
        crumbs={[{ to: tenant.path('abstractions'), label: t.title }]}
        lead={<p>{t.form.lead}</p>}
      />
      {failure && (
        <ErrorNotice
          error={failure}
          retry={() => {
            void datasets.refetch();
            void recipes.refetch();
          }}
        />
      )}
      {operation && <Running name={`${tenant.name}/operations/${operation}`} />}
      {!operation && !failure && !ready && <Loading />}
      {!operation && ready && recipes.data.recipes.length === 0 && (
        <EmptyState
          title={t.form.noRecipes.title}
          icon="recipes"
          action={
            <LinkButton kind="primary" to={tenant.path('recipes')}>
              {t.form.noRecipes.action}
            </LinkButton>
          }
        >
          <p>{t.form.noRecipes.text}</p>
        </EmptyState>
      )}
      {!operation && ready && recipes.data.recipes.length > 0 && mine.length === 0 && (
        <NoSnapshots />
      )}
      {!operation && ready && recipes.data.recipes.length > 0 && mine.length > 0 && (
        <Choice datasets={mine} recipes={recipes.data.recipes} />
      )}
    </>
  );
}

function NoSnapshots() {
  const t = useText(words);
  const tenant = useTenant();
  return (
    <EmptyState
      title={t.form.noSnapshots.title}
      icon="data"
      action={<LinkButton to={tenant.path('data')}>{t.form.noSnapshots.action}</LinkButton>}
    >
      <p>{t.form.noSnapshots.text}</p>
    </EmptyState>
  );
}

function Choice({ datasets, recipes }: { datasets: Dataset[]; recipes: Recipe[] }) {
  const t = useText(words);
  const tenant = useTenant();
  const { language } = useLanguage();
  const [query, setQuery] = useSearchParams();
  const [tried, setTried] = useState(false);
  const set = (change: Record<string, string>) =>
    setQuery({ ...Object.fromEntries(query), ...change }, { replace: true });

  const dataset = datasets.find((item) => idOf(item.name) === query.get('dataset')) ?? datasets[0]!;
  const answer = useSnapshots(dataset.name);
  const open = (answer.data?.snapshots ?? [])
    .filter((item) => item.state === SnapshotState.ACCEPTED)
    .toSorted((a, b) => b.referenceDate.localeCompare(a.referenceDate));
  const snapshot =
    open.find((item) => idOf(item.name) === query.get('snapshot')) ??
    (open.length === 1 ? open[0] : undefined);
  const recipe =
    recipes.find((item) => idOf(item.name) === query.get('recipe')) ??
    // A recipe that is named as the dataset is for it.
    recipes.find((item) => idOf(item.name) === idOf(dataset.name)) ??
    (recipes.length === 1 ? recipes[0] : undefined);

  const start = useAction(
    () =>
      call(AbstractionService.method.createAbstraction, {
        parent: tenant.name,
        snapshot: snapshot?.name ?? '',
        recipe: recipe?.name ?? '',
        recipeVersion: recipe?.version ?? 0,
        requestId: crypto.randomUUID(),
      }),
    {
      refresh: [OperationService],
      onSuccess: ({ operation }) => set({ operation: idOf(operation?.name ?? '') }),
    },
  );
  const submit = () => {
    setTried(true);
    if (snapshot && recipe) start.mutate();
  };
  return (
    <form
      className="o-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Select
        label={t.form.dataset}
        value={idOf(dataset.name)}
        onChange={(id) => set({ dataset: id, snapshot: '' })}
        options={datasets.map((item) => ({ value: idOf(item.name), label: item.displayName }))}
      />
      {answer.error && <ErrorNotice error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isPending && <Loading />}
      {answer.data && open.length === 0 && <NoSnapshots />}
      {open.length > 0 && (
        <>
          <Select
            label={t.form.snapshot}
            required
            value={snapshot ? idOf(snapshot.name) : ''}
            placeholder={t.form.choose}
            onChange={(id) => set({ snapshot: id })}
            error={tried && !snapshot ? t.form.snapshotMissing : null}
            options={open.map((item) => ({
              value: idOf(item.name),
              label: `${formatDate(item.referenceDate, language)} | ${t.form.records(formatNumber(item.records))}`,
            }))}
          />
          <Select
            label={t.form.recipe}
            hint={t.form.recipeHint}
            required
            value={recipe ? idOf(recipe.name) : ''}
            placeholder={t.form.choose}
            onChange={(id) => set({ recipe: id })}
            error={tried && !recipe ? t.form.recipeMissing : null}
            options={recipes.map((item) => ({
              value: idOf(item.name),
              label: [
                titleOf(item.document, language),
                `${idOf(item.name)} ${t.version(item.version)}`,
              ]
                .filter(Boolean)
                .join(' | '),
            }))}
          />
          <Notice tone={dataset.retainSnapshots ? 'info' : 'warning'}>
            <p>{dataset.retainSnapshots ? t.form.keeps : t.form.destroys}</p>
          </Notice>
          {start.error && <ErrorNotice error={start.error} />}
          <div className="o-actions">
            <Button kind="primary" type="submit" icon="play" busy={start.isPending}>
              {t.form.submit}
            </Button>
          </div>
        </>
      )}
    </form>
  );
}

function Running({ name }: { name: string }) {
  const t = useText(words);
  const tenant = useTenant();
  const navigate = useNavigate();
  const [query, setQuery] = useSearchParams();
  const [failed, setFailed] = useState(false);
  const onEnd = ({ state, resultName }: Operation) => {
    void refresh(AbstractionService, SnapshotService, OperationService);
    if (state === OperationState.SUCCEEDED)
      void navigate(tenant.path('abstractions', idOf(resultName)), { replace: true });
    else setFailed(true);
  };
  const again = () => {
    const rest = Object.fromEntries(query);
    delete rest['operation'];
    setQuery(rest);
  };
  return (
    <section className="o-panel o-section" aria-labelledby="running">
      <h2 id="running">{t.form.running}</h2>
      <OperationProgress name={name} onEnd={onEnd} cancellable />
      {failed && (
        <div className="o-actions">
          <Button onClick={again}>{t.form.again}</Button>
        </div>
      )}
    </section>
  );
}
