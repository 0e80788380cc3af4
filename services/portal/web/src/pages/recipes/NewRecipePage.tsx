import './recipes.css';
import { RecipeService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { useMemo, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { call, useAction, useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { idOf, RESOURCE_ID } from '../../lib/format';
import { shippedRecipes } from '../../lib/shipped';
import { Button } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Field } from '../../ui/Field';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Select } from '../../ui/Select';
import { Editor } from './Editor';
import { Faults } from './Faults';
import { EMPTY, freeId, tryForm } from './model';
import { useDraft } from './useDraft';
import { CHANGERS, words } from './words';

export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={CHANGERS} title={t.create.title}>
      <NewRecipe />
    </RequireRole>
  );
}

/** A recipe beginning with a shipped one, one of the municipality's own, or nothing (?from=). */
function NewRecipe() {
  const t = useText(words);
  const { language } = useLanguage();
  const tenant = useTenant();
  const [query, setQuery] = useSearchParams();
  const recipes = useCall(RecipeService.method.listRecipes, { parent: tenant.name });
  const own = useMemo(() => recipes.data?.recipes ?? [], [recipes.data]);
  const titleOf = (document: string, id: string) => tryForm(document)?.title[language] || id;
  const sources = [
    ...shippedRecipes.map((item) => ({
      value: `shipped.${item.id}`,
      label: t.create.shipped(titleOf(item.document, item.id)),
      document: item.document,
      id: item.id.replaceAll('_', '-'),
    })),
    ...own.map((item) => ({
      value: `own.${idOf(item.name)}`,
      label: t.create.own(titleOf(item.document, idOf(item.name))),
      document: item.document,
      id: idOf(item.name),
    })),
    { value: 'empty', label: t.create.nothing, document: EMPTY, id: '' },
  ];
  const from = sources.find((item) => item.value === query.get('from')) ?? sources[0]!;
  const taken = own.map((item) => idOf(item.name));
  return (
    <>
      <PageHeader
        title={t.create.title}
        crumbs={[{ to: tenant.path('recipes'), label: t.title }]}
        lead={<p>{t.create.lead}</p>}
      />
      {recipes.error && <ErrorNotice error={recipes.error} retry={() => void recipes.refetch()} />}
      {recipes.isPending ? (
        <Loading />
      ) : (
        <>
          <Select
            label={t.create.from}
            hint={t.create.fromHint}
            value={from.value}
            onChange={(value) => setQuery({ from: value }, { replace: true })}
            options={sources.map(({ value, label }) => ({ value, label }))}
          />
          <Begin
            key={from.value}
            document={from.document}
            id={freeId(from.id, taken)}
            taken={taken}
          />
        </>
      )}
    </>
  );
}

function Begin({
  document,
  id: proposed,
  taken: ids,
}: {
  document: string;
  id: string;
  taken: string[];
}) {
  const t = useText(words);
  const tenant = useTenant();
  const navigate = useNavigate();
  const [id, setId] = useState(proposed);
  const [tried, setTried] = useState(false);
  const draft = useDraft(document);
  const wrong = ids.includes(id)
    ? t.create.idTaken
    : RESOURCE_ID.test(id)
      ? null
      : t.create.idWrong;
  const save = useAction(
    () =>
      call(RecipeService.method.createRecipe, {
        parent: tenant.name,
        recipeId: id,
        document: draft.document,
      }),
    {
      refresh: [RecipeService],
      done: t.saved(1),
      onSuccess: () => {
        draft.saved.current = true;
        void navigate(tenant.path('recipes', id));
      },
    },
  );
  const submit = () => {
    setTried(true);
    if (!wrong) save.mutate();
  };
  return (
    <>
      <Field
        label={t.create.id}
        hint={t.create.idHint}
        value={id}
        onChange={setId}
        required
        autoCapitalize="none"
        spellCheck={false}
        error={tried || id !== '' ? wrong : null}
      />
      <Editor
        draft={draft}
        writable
        fileName={id || 'recipe'}
        footer={
          <div className="o-stack o-stack--tight">
            {save.error && <Faults error={save.error} document={draft.document} />}
            <div className="o-actions">
              <Button kind="primary" busy={save.isPending} onClick={submit}>
                {t.save(1)}
              </Button>
            </div>
          </div>
        }
      />
    </>
  );
}
