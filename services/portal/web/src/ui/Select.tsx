import './field.css';
import { type SelectHTMLAttributes, useId } from 'react';
import { described, FieldFrame, type FieldText } from './Field';

export interface Option {
  value: string;
  label: string;
  disabled?: boolean;
}

type SelectProps = FieldText &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id' | 'onChange' | 'children'> & {
    options: readonly Option[];
    /** A first entry with no value. */
    placeholder?: string;
    onChange: (value: string) => void;
  };

/**
 * One of a list. The browser's own control, as the Digital Agency's design system has it: every screen reader, keyboard
 * and telephone knows it.
 */
export function Select({
  label,
  hint,
  error,
  required,
  hideLabel,
  options,
  placeholder,
  onChange,
  className,
  ...rest
}: SelectProps) {
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
      <span className={`o-select${className ? ` ${className}` : ''}`}>
        <select
          {...rest}
          id={id}
          required={required}
          onChange={(event) => onChange(event.target.value)}
          {...described(id, frame)}
        >
          {placeholder !== undefined && <option value="">{placeholder}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      </span>
    </FieldFrame>
  );
}
