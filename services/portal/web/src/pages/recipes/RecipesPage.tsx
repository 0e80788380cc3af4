import './recipes.css';
import { type Recipe, RecipeService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { roleWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { idOf } from '../../lib/format';
import { LinkButton } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { TimeText } from '../../ui/DateText';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { tryForm } from './model';
import { CHANGERS, words } from './words';

/** The newest version of each recipe. */
export function Component() {
  const t = useText(words);
  const tenant = useTenant();
  const { has } = useRoles();
  const recipes = useCall(RecipeService.method.listRecipes, { parent: tenant.name });
  const add = has(...CHANGERS) && (
    <LinkButton kind="primary" icon="plus" to={tenant.path('recipes', 'new')}>
      {t.create.action}
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title={t.title}
        lead={<p>{t.lead}</p>}
        actions={
          <>
            <LinkButton icon="data" to={tenant.path('abstractions')}>
              {t.made}
            </LinkButton>
            {add}
          </>
        }
      />
      {recipes.error && <ErrorNotice error={recipes.error} retry={() => void recipes.refetch()} />}
      {recipes.isPending && <Loading />}
      {recipes.data?.recipes.length === 0 && (
        <EmptyState title={t.empty} icon="recipes" action={add}>
          <p>{t.emptyText}</p>
        </EmptyState>
      )}
      {recipes.data && recipes.data.recipes.length > 0 && (
        <>
          <Notice title={t.who}>
            <p>{t.whoText}</p>
          </Notice>
          <RecipeTable recipes={recipes.data.recipes} />
        </>
      )}
    </>
  );
}

function RecipeTable({ recipes }: { recipes: Recipe[] }) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const { language } = useLanguage();
  const rows = useMemo(
    () =>
      recipes.map((recipe) => {
        const form = tryForm(recipe.document);
        const id = idOf(recipe.name);
        return {
          recipe,
          id,
          title: form?.title[language] || id,
          columns: form?.columns.length ?? 0,
        };
      }),
    [recipes, language],
  );
  const changers = CHANGERS.map((role) => roleWord(shared, role)).join('・');
  return (
    <DataTable
      caption={t.list}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: 'title',
          header: t.columns.title,
          rowHeader: true,
          sort: (row) => row.title,
          cell: (row) => <Link to={tenant.path('recipes', row.id)}>{row.title}</Link>,
        },
        {
          key: 'id',
          header: t.columns.id,
          sort: (row) => row.id,
          cell: (row) => <code>{row.id}</code>,
        },
        {
          key: 'version',
          header: t.columns.version,
          sort: (row) => row.recipe.version,
          nowrap: true,
          cell: (row) => t.version(row.recipe.version),
        },
        { key: 'number', header: t.columns.number, numeric: true, cell: (row) => row.columns },
        {
          key: 'created',
          header: t.columns.created,
          sort: (row) => Number(row.recipe.createTime?.seconds ?? 0n),
          cell: (row) => <TimeText time={row.recipe.createTime} />,
        },
        { key: 'changers', header: t.columns.changers, cell: () => changers },
      ]}
    />
  );
}
