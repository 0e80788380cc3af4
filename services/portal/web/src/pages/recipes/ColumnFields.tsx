import { useText } from '../../i18n';
import { Button } from '../../ui/Button';
import { Field, RadioGroup } from '../../ui/Field';
import { Select } from '../../ui/Select';
import { type ColumnRole, type FormColumn, type OptionKey, optionsOf, TRANSFORMS } from './model';
import { words } from './words';

interface ColumnProps {
  column: FormColumn;
  edit: (fields: Partial<FormColumn>) => void;
  /** The datalist of source columns. */
  listed: string;
}

const ROLES: ColumnRole[] = ['quasi', 'sensitive', 'other'];

export function ColumnFields({ column, edit, listed }: ColumnProps) {
  const t = useText(words);
  const known = TRANSFORMS.includes(column.transform as never);
  const transforms = TRANSFORMS.map((value) => ({ value, label: t.transforms[value] ?? value }));
  const hint = t.transformHints[column.transform];
  const options = optionsOf(column);
  // A link number stands for nobody that is known: it has no role.
  const setTransform = (transform: string) =>
    edit(transform === 'link_number' ? { transform, role: 'other' } : { transform });
  return (
    <>
      <div className="o-recipe__fields">
        <Field
          label={t.out.name}
          value={column.name}
          required
          onChange={(name) => edit({ name })}
          spellCheck={false}
        />
        <Field
          label={t.out.source}
          value={column.source}
          required
          list={listed}
          onChange={(source) => edit({ source })}
        />
        <Select
          label={t.out.transform}
          {...(hint ? { hint } : {})}
          value={column.transform}
          required
          onChange={setTransform}
          options={
            known
              ? transforms
              : [{ value: column.transform, label: column.transform || t.choose }, ...transforms]
          }
        />
      </div>
      {options.length > 0 && (
        <div className="o-recipe__fields o-recipe__options">
          {options.map((key) => (
            <Option key={key} option={key} column={column} edit={edit} listed={listed} />
          ))}
        </div>
      )}
      {column.transform !== 'link_number' && (
        <RadioGroup
          legend={t.out.role}
          hint={t.out.roleHint}
          value={column.role}
          onChange={(role: ColumnRole) => edit({ role })}
          options={ROLES.map((value) => ({
            value,
            label: t.roles[value] ?? value,
            hint: t.roleHints[value],
          }))}
        />
      )}
      <div className="o-recipe__fields">
        <Field
          label={t.out.unknown}
          hint={t.out.unknownHint}
          value={column.unknown}
          onChange={(unknown) => edit({ unknown })}
        />
        <Field
          label={t.out.blank}
          hint={t.out.blankHint}
          value={column.blank}
          onChange={(blank) => edit({ blank })}
        />
      </div>
    </>
  );
}

const NUMBERS: OptionKey[] = ['width', 'bottom', 'top', 'prefix'];

function Option({ option, column, edit, listed }: ColumnProps & { option: OptionKey }) {
  const t = useText(words);
  if (option === 'map') return <Table column={column} edit={edit} />;
  const label = t.options[option];
  const set = (value: string) => edit({ [option]: value });
  if (option === 'kind' || option === 'age_rule') {
    const choices = option === 'kind' ? t.kinds : t.ageRules;
    return (
      <Select
        label={label}
        value={column[option]}
        onChange={set}
        placeholder={option === 'kind' ? t.choose : t.standard}
        required={option === 'kind'}
        options={Object.entries(choices).map(([value, word]) => ({ value, label: word }))}
      />
    );
  }
  const hint = t.optionHints[option];
  return (
    <Field
      label={label}
      {...(hint ? { hint } : {})}
      value={column[option]}
      onChange={set}
      {...(NUMBERS.includes(option) ? { inputMode: 'numeric' as const } : {})}
      {...(option === 'label' ? { list: listed } : {})}
    />
  );
}

/** Codes and what they become, a row each. */
function Table({ column, edit }: Pick<ColumnProps, 'column' | 'edit'>) {
  const t = useText(words);
  const set = (at: number, entry: [string, string]) =>
    edit({ map: column.map.map((row, index) => (index === at ? entry : row)) });
  return (
    <fieldset className="o-recipe__map">
      <legend className="o-field__label">{t.options.map}</legend>
      <ul>
        {column.map.map(([code, label], at) => (
          <li key={at}>
            <Field
              label={t.map.codeOf(at + 1)}
              hideLabel
              placeholder={t.map.code}
              value={code}
              onChange={(value) => set(at, [value, label])}
            />
            <span aria-hidden="true">→</span>
            <Field
              label={t.map.labelOf(at + 1)}
              hideLabel
              placeholder={t.map.label}
              value={label}
              onChange={(value) => set(at, [code, value])}
            />
            <Button
              kind="text"
              size="small"
              icon="trash"
              aria-label={t.map.removeOf(code)}
              onClick={() => edit({ map: column.map.filter((_, index) => index !== at) })}
            >
              {t.dropped}
            </Button>
          </li>
        ))}
      </ul>
      <Button size="small" icon="plus" onClick={() => edit({ map: [...column.map, ['', '']] })}>
        {t.map.add}
      </Button>
    </fieldset>
  );
}
