import './recipes.css';
import { type Recipe, RecipeService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { useEffect, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { call, useAction, useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { idOf } from '../../lib/format';
import { Button, LinkButton } from '../../ui/Button';
import { TimeText } from '../../ui/DateText';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Editor } from './Editor';
import { Faults } from './Faults';
import { tryForm } from './model';
import { useDraft } from './useDraft';
import { Versions } from './Versions';
import { CHANGERS, words } from './words';

/** One recipe (?version=): seen, changed and saved as its next version. */
export function Component() {
  const t = useText(words);
  const tenant = useTenant();
  const { recipe: id = '' } = useParams();
  const [query] = useSearchParams();
  const name = `${tenant.name}/recipes/${id}`;
  const version = Math.max(0, Number.parseInt(query.get('version') ?? '0', 10) || 0);
  const newest = useCall(RecipeService.method.getRecipe, { name });
  const asked = useCall(
    RecipeService.method.getRecipe,
    { name, version },
    { enabled: version > 0, keep: true },
  );
  const crumbs = [{ to: tenant.path('recipes'), label: t.title }];
  const error = newest.error ?? asked.error;
  if (error) {
    const retry = () => void (newest.error ? newest.refetch() : asked.refetch());
    return (
      <>
        <PageHeader title={id} crumbs={crumbs} />
        <ErrorNotice error={error} retry={retry} />
        {!newest.error && (
          <div className="o-actions">
            <LinkButton to={tenant.path('recipes', id)}>{t.openNewest}</LinkButton>
          </div>
        )}
      </>
    );
  }
  const last = newest.data?.recipe;
  const shown = version > 0 ? asked.data?.recipe : last;
  if (!last || !shown) return <Loading />;
  return (
    <Held
      key={version > 0 ? `${shown.name} ${shown.version}` : name}
      recipe={shown}
      newest={last.version}
      crumbs={crumbs}
    />
  );
}

interface ViewProps {
  recipe: Recipe;
  newest: number;
  crumbs: { to: string; label: string }[];
}

/** The version that a person began with stays while there are changes in it, whatever others save meanwhile. */
function Held({ recipe, newest, crumbs }: ViewProps) {
  const [held, setHeld] = useState(recipe);
  const stale = held.version !== recipe.version;
  return (
    <RecipeView
      key={held.version}
      recipe={held}
      newest={newest}
      crumbs={crumbs}
      takeNewest={stale ? () => setHeld(recipe) : null}
    />
  );
}

function RecipeView({
  recipe,
  newest,
  crumbs,
  takeNewest,
}: ViewProps & { takeNewest: (() => void) | null }) {
  const t = useText(words);
  const { language } = useLanguage();
  const tenant = useTenant();
  const { has } = useRoles();
  const [query, setQuery] = useSearchParams();
  const draft = useDraft(recipe.document);
  const id = idOf(recipe.name);
  const writable = has(...CHANGERS);
  const old = recipe.version !== newest && !takeNewest;
  // Nothing typed, or what was typed is saved: the newest takes its place by itself.
  useEffect(() => {
    if (takeNewest && (!draft.changed || draft.saved.current)) takeNewest();
  }, [takeNewest, draft.changed, draft.saved]);
  const save = useAction(
    async () => {
      const answer = await call(RecipeService.method.createRecipe, {
        parent: tenant.name,
        recipeId: id,
        document: draft.document,
      });
      draft.saved.current = true;
      return answer;
    },
    {
      refresh: [RecipeService],
      done: (answer) => t.saved(answer.recipe?.version ?? newest + 1),
      onSuccess: () =>
        setQuery((now) => {
          const next = new URLSearchParams(now);
          next.delete('version');
          next.delete('compare');
          return next;
        }),
    },
  );
  const title = tryForm(recipe.document)?.title[language] || id;
  return (
    <>
      <PageHeader
        title={title}
        crumbs={crumbs}
        lead={
          <p>
            <code>{id}</code>　{t.version(recipe.version)}
            {!old && `（${t.newest}）`}　<TimeText time={recipe.createTime} />
            <br />
            {writable ? t.whoText : `${t.whoText} ${t.readOnly}`}
          </p>
        }
      />
      {old && (
        <Notice
          tone="warning"
          actions={
            <LinkButton size="small" to={tenant.path('recipes', id)}>
              {t.openNewest}
            </LinkButton>
          }
        >
          <p>{t.older(recipe.version, newest)}</p>
        </Notice>
      )}
      {takeNewest && draft.changed && (
        <Notice
          tone="warning"
          live
          actions={
            <Button size="small" onClick={takeNewest}>
              {t.takeNewest}
            </Button>
          }
        >
          <p>{t.newer(recipe.version, newest)}</p>
        </Notice>
      )}
      <Editor
        draft={draft}
        writable={writable}
        fileName={`${id}-v${recipe.version}`}
        more={[{ id: 'versions', label: t.tabs.versions, content: <Versions recipe={recipe} /> }]}
        footer={
          writable &&
          query.get('view') !== 'versions' && (
            <div className="o-stack o-stack--tight">
              {save.error && <Faults error={save.error} document={draft.document} />}
              <p role="status">
                {draft.changed || old
                  ? `${draft.changed ? t.unsaved : ''}${t.nextVersion(newest + 1)}`
                  : t.noChange}
              </p>
              <div className="o-actions">
                <Button
                  kind="primary"
                  busy={save.isPending}
                  disabled={!draft.changed && !old}
                  onClick={() => save.mutate()}
                >
                  {t.save(newest + 1)}
                </Button>
                {draft.changed && <Button onClick={draft.reset}>{t.revert}</Button>}
              </div>
            </div>
          )
        }
      />
    </>
  );
}
