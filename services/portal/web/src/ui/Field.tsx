import './field.css';
import {
  type InputHTMLAttributes,
  type ReactNode,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { common } from '../i18n/common';
import { useText } from '../i18n';
import { Icon } from './icons';

export interface FieldText {
  label: string;
  /** What to write, told before the field. */
  hint?: ReactNode;
  /** What is wrong and how to mend it. */
  error?: string | null | undefined;
  required?: boolean;
  /** Label for assistive technology only: the table's header shows it. */
  hideLabel?: boolean;
}

/** Label, hint and error around a control, tied to it by id. */
export function FieldFrame({
  label,
  hint,
  error,
  required,
  hideLabel,
  id,
  children,
}: FieldText & { id: string; children: ReactNode }) {
  const t = useText(common);
  return (
    <div className={`o-field${error ? ' o-field--error' : ''}`}>
      <label className={hideLabel ? 'o-visually-hidden' : 'o-field__label'} htmlFor={id}>
        {label}
        {required && <span className="o-field__required">※{t.field.required}</span>}
      </label>
      {hint && (
        <div className="o-field__hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {children}
      {error && (
        <p className="o-field__error" id={`${id}-error`}>
          <Icon name="error" size={18} />
          {error}
        </p>
      )}
    </div>
  );
}

/** What a control says of its hint and error. */
export const described = (id: string, { hint, error }: FieldText) => ({
  'aria-describedby':
    [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined,
  'aria-invalid': error ? (true as const) : undefined,
});

type InputProps = FieldText &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'onChange'> & {
    onChange?: (value: string) => void;
  };

export function Field({
  label,
  hint,
  error,
  required,
  hideLabel,
  onChange,
  className,
  ...rest
}: InputProps) {
  const id = useId();
  const frame = {
    label,
    hint,
    error,
    ...(required ? { required } : {}),
    ...(hideLabel ? { hideLabel } : {}),
  };
  return (
    <FieldFrame {...frame} id={id}>
      <input
        type="text"
        {...rest}
        id={id}
        className={`o-input${className ? ` ${className}` : ''}`}
        required={required}
        onChange={(event) => onChange?.(event.target.value)}
        {...described(id, frame)}
      />
    </FieldFrame>
  );
}

type AreaProps = FieldText &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id' | 'onChange'> & {
    onChange?: (value: string) => void;
  };

export function TextArea({
  label,
  hint,
  error,
  required,
  hideLabel,
  onChange,
  className,
  ...rest
}: AreaProps) {
  const id = useId();
  const frame = {
    label,
    hint,
    error,
    ...(required ? { required } : {}),
    ...(hideLabel ? { hideLabel } : {}),
  };
  return (
    <FieldFrame {...frame} id={id}>
      <textarea
        rows={4}
        {...rest}
        id={id}
        className={`o-input o-input--area${className ? ` ${className}` : ''}`}
        required={required}
        onChange={(event) => onChange?.(event.target.value)}
        {...described(id, frame)}
      />
    </FieldFrame>
  );
}

interface CheckProps {
  children: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function Checkbox({ children, hint, checked, onChange, disabled }: CheckProps) {
  const id = useId();
  return (
    <div className="o-check">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{children}</label>
      {hint && (
        <div className="o-check__hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
}

interface RadioProps<V extends string> {
  legend: string;
  hint?: ReactNode;
  value: V | '';
  onChange: (value: V) => void;
  options: { value: V; label: ReactNode; hint?: ReactNode; disabled?: boolean }[];
  error?: string | null;
}

/** One of a few, each with room for an explanation. */
export function RadioGroup<V extends string>({
  legend,
  hint,
  value,
  onChange,
  options,
  error,
}: RadioProps<V>) {
  const id = useId();
  return (
    <fieldset className="o-radio" aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="o-field__label">{legend}</legend>
      {hint && <div className="o-field__hint">{hint}</div>}
      {options.map((option) => (
        <div className="o-check" key={option.value}>
          <input
            type="radio"
            id={`${id}-${option.value}`}
            name={id}
            value={option.value}
            checked={value === option.value}
            disabled={option.disabled}
            aria-describedby={option.hint ? `${id}-${option.value}-hint` : undefined}
            onChange={() => onChange(option.value)}
          />
          <label htmlFor={`${id}-${option.value}`}>{option.label}</label>
          {option.hint && (
            <div className="o-check__hint" id={`${id}-${option.value}-hint`}>
              {option.hint}
            </div>
          )}
        </div>
      ))}
      {error && (
        <p className="o-field__error" id={`${id}-error`}>
          <Icon name="error" size={18} />
          {error}
        </p>
      )}
    </fieldset>
  );
}
