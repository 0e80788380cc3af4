import { useText } from '../../i18n';
import { Field, RadioGroup } from '../../ui/Field';
import { Select } from '../../ui/Select';
import type { RecipeForm } from './model';
import type { Draft } from './useDraft';
import { words } from './words';

export interface PartProps {
  form: RecipeForm;
  change: Draft['change'];
  writable: boolean;
}

const kindOf = (reference: string) =>
  reference === 'snapshot' || reference === 'none' ? reference : 'date';

/** Names, the date that ages are taken at, and what becomes of unknown columns. */
export function Basics({ form, change, writable }: PartProps) {
  const t = useText(words);
  const kind = kindOf(form.reference);
  return (
    <fieldset className="o-recipe__part" disabled={!writable}>
      <legend>{t.basics.title}</legend>
      <div className="o-recipe__fields">
        <Field
          label={t.basics.ja}
          value={form.title.ja}
          required
          onChange={(ja) => change((now) => ({ ...now, title: { ...now.title, ja } }))}
        />
        <Field
          label={t.basics.en}
          value={form.title.en}
          required
          onChange={(en) => change((now) => ({ ...now, title: { ...now.title, en } }))}
        />
        <Field
          label={t.basics.recipe}
          hint={t.basics.recipeHint}
          value={form.recipe}
          required
          autoCapitalize="none"
          spellCheck={false}
          onChange={(recipe) => change((now) => ({ ...now, recipe }))}
        />
        <Select
          label={t.basics.reference}
          hint={t.basics.referenceHint}
          value={kind}
          onChange={(value) =>
            change((now) => ({ ...now, reference: value === 'date' ? '' : value }))
          }
          options={(['snapshot', 'date', 'none'] as const).map((value) => ({
            value,
            label: t.basics.references[value],
          }))}
        />
        {kind === 'date' && (
          <Field
            label={t.basics.date}
            type="date"
            required
            value={form.reference}
            onChange={(reference) => change((now) => ({ ...now, reference }))}
          />
        )}
      </div>
      <RadioGroup
        legend={t.basics.unlisted}
        value={form.unlisted === 'drop' ? 'drop' : form.unlisted === 'refuse' ? 'refuse' : ''}
        onChange={(unlisted: 'refuse' | 'drop') => change((now) => ({ ...now, unlisted }))}
        options={(['refuse', 'drop'] as const).map((value) => ({
          value,
          label: t.basics.unlistedChoices[value],
        }))}
      />
    </fieldset>
  );
}
