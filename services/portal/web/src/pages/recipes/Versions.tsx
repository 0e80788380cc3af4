import { type Recipe, RecipeService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useCall } from '../../app/api';
import { useTenant } from '../../app/session';
import { type Language, useLanguage, useText } from '../../i18n';
import { columnTitle } from '../../lib/columns';
import { idOf } from '../../lib/format';
import { hex } from '../../lib/hex';
import { DataTable } from '../../ui/DataTable';
import { TimeText } from '../../ui/DateText';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Select } from '../../ui/Select';
import { type Change, compareForms, type FieldChange } from './compare';
import { tryForm } from './model';
import { type RecipeText, words } from './words';

/** All versions, and what is different between two of them (?version= and ?compare=). */
export function Versions({ recipe }: { recipe: Recipe }) {
  const t = useText(words);
  const versions = useCall(RecipeService.method.listRecipeVersions, { name: recipe.name });
  if (versions.error)
    return <ErrorNotice error={versions.error} retry={() => void versions.refetch()} />;
  if (versions.isPending) return <Loading />;
  const all = versions.data.recipes;
  return (
    <div className="o-stack">
      <p>{t.versions.lead}</p>
      <VersionTable all={all} />
      {all.length < 2 ? (
        <p>{t.versions.single}</p>
      ) : (
        <Comparison all={all} shown={recipe.version} />
      )}
    </div>
  );
}

function VersionTable({ all }: { all: Recipe[] }) {
  const t = useText(words);
  const tenant = useTenant();
  const newest = all[0]?.version;
  return (
    <DataTable
      caption={t.versions.title}
      rows={all}
      rowKey={(row) => String(row.version)}
      columns={[
        {
          key: 'version',
          header: t.versions.version,
          rowHeader: true,
          nowrap: true,
          cell: (row) => (
            <Link to={`${tenant.path('recipes', idOf(row.name))}?version=${row.version}`}>
              {t.version(row.version)}
              {row.version === newest && `（${t.newest}）`}
            </Link>
          ),
        },
        {
          key: 'created',
          header: t.versions.created,
          cell: (row) => <TimeText time={row.createTime} />,
        },
        {
          key: 'digest',
          header: t.versions.digest,
          cell: (row) => <code>{hex(row.digest.slice(0, 8))}…</code>,
        },
      ]}
    />
  );
}

function Comparison({ all, shown }: { all: Recipe[]; shown: number }) {
  const t = useText(words);
  const [query, setQuery] = useSearchParams();
  const wanted = Number(query.get('compare'));
  const later = all.find((item) => item.version === shown) ?? all[0]!;
  const earlier =
    all.find((item) => item.version === wanted) ??
    all.find((item) => item.version === later.version - 1) ??
    all.find((item) => item.version !== later.version)!;
  const options = all.map((item) => ({
    value: String(item.version),
    label: t.version(item.version),
  }));
  const put = (key: string, value: string) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now);
        next.set('compare', String(earlier.version));
        next.set(key, value);
        return next;
      },
      { replace: true },
    );
  return (
    <section className="o-section">
      <h2>{t.versions.compareTitle}</h2>
      <div className="o-recipe__fields">
        <Select
          label={t.versions.from}
          value={String(earlier.version)}
          onChange={(value) => put('compare', value)}
          options={options}
        />
        <Select
          label={t.versions.to}
          value={String(later.version)}
          onChange={(value) => put('version', value)}
          options={options}
        />
      </div>
      <Differences from={earlier} to={later} />
    </section>
  );
}

function Differences({ from, to }: { from: Recipe; to: Recipe }) {
  const t = useText(words);
  const { language } = useLanguage();
  const rows = useMemo(() => {
    const before = tryForm(from.document);
    const after = tryForm(to.document);
    return before && after
      ? compareForms(before, after).flatMap((change) => rowsOf(t, change, language))
      : null;
  }, [from, to, t, language]);
  if (!rows) return <Notice tone="warning">{<p>{t.versions.unreadable}</p>}</Notice>;
  if (rows.length === 0) {
    return <p>{from.document === to.document ? t.versions.same : t.versions.onlyWriting}</p>;
  }
  return (
    <DataTable
      caption={t.versions.caption(from.version, to.version)}
      rows={rows.map((row, at) => ({ ...row, key: String(at) }))}
      rowKey={(row) => row.key}
      columns={[
        { key: 'what', header: t.versions.what, rowHeader: true, cell: (row) => row.what },
        { key: 'before', header: t.versions.before, cell: (row) => row.before },
        { key: 'after', header: t.versions.after, cell: (row) => row.after },
      ]}
    />
  );
}

interface Row {
  what: string;
  before: string;
  after: string;
}

const titled = (name: string, language: Language): string => {
  const title = columnTitle(name, language);
  return title === name ? name : `${title}（${name}）`;
};

/** A change in words. */
function rowsOf(t: RecipeText, change: Change, language: Language): Row[] {
  const unset = t.versions.unset;
  switch (change.kind) {
    case 'setting':
      return [
        {
          what: t.basics[change.field],
          before: settingWord(t, change.field, change.before) || unset,
          after: settingWord(t, change.field, change.after) || unset,
        },
      ];
    case 'list':
      return [
        {
          what: t.versions.list[change.field],
          before: change.removed.length ? t.versions.minus(change.removed.join('、')) : '',
          after: change.added.length ? t.versions.plus(change.added.join('、')) : '',
        },
      ];
    case 'added':
    case 'removed': {
      const { column } = change;
      const said = `${column.source} → ${t.transforms[column.transform] ?? column.transform}（${t.roles[column.role]}）`;
      const added = change.kind === 'added';
      return [
        {
          what: `${t.versions.onColumn(titled(column.name, language))} ${added ? t.versions.added : t.versions.removed}`,
          before: added ? unset : said,
          after: added ? said : unset,
        },
      ];
    }
    case 'moved':
      return [
        {
          what: `${t.versions.onColumn(titled(change.column.name, language))} ${t.versions.moved(change.from, change.to)}`,
          before: String(change.from),
          after: String(change.to),
        },
      ];
    case 'changed':
      return change.fields.map((field) => ({
        what: `${t.versions.onColumn(titled(change.column.name, language))} ${fieldName(t, field)}`,
        before: valueWord(t, field.field, field.before) || unset,
        after: valueWord(t, field.field, field.after) || unset,
      }));
  }
}

const settingWord = (t: RecipeText, field: string, value: string): string =>
  (field === 'reference'
    ? (t.basics.references as Record<string, string>)[value]
    : field === 'unlisted'
      ? (t.basics.unlistedChoices as Record<string, string>)[value]
      : undefined) ?? value;

function fieldName(t: RecipeText, { field, code }: FieldChange): string {
  if (field === 'map') return t.versions.code(code ?? '');
  switch (field) {
    case 'source':
    case 'transform':
    case 'role':
    case 'unknown':
    case 'blank':
      return t.out[field];
    default:
      return t.options[field];
  }
}

const valueWord = (t: RecipeText, field: string, value: string): string =>
  ({ transform: t.transforms, role: t.roles, kind: t.kinds, age_rule: t.ageRules })[field]?.[
    value
  ] ?? value;
