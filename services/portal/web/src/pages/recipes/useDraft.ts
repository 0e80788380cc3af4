import { type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import { DocumentFault, readForm, type RecipeForm, writeForm } from './model';

interface State {
  /** The text that the form was read from. */
  base: string;
  form: RecipeForm | null;
  fault: DocumentFault | null;
  /** The form says something else than `base`. */
  edited: boolean;
}

function read(base: string): State {
  try {
    return { base, form: readForm(base), fault: null, edited: false };
  } catch (error) {
    const fault = error instanceof DocumentFault ? error : new DocumentFault(0, String(error));
    return { base, form: null, fault, edited: false };
  }
}

export interface Draft {
  form: RecipeForm | null;
  fault: DocumentFault | null;
  /** What would be saved. */
  document: string;
  changed: boolean;
  change: (edit: (form: RecipeForm) => RecipeForm) => void;
  setText: (text: string) => void;
  reset: () => void;
  /** Set before the page is left because it was saved: nothing is lost then. */
  saved: RefObject<boolean>;
}

/** A recipe being changed, as a form and as a text at once. */
export function useDraft(stored: string): Draft {
  const [state, setState] = useState(() => read(stored));
  const document = useMemo(
    () => (state.edited && state.form ? writeForm(state.base, state.form) : state.base),
    [state],
  );
  const change = useCallback(
    (edit: (form: RecipeForm) => RecipeForm) =>
      setState((now) => (now.form ? { ...now, form: edit(now.form), edited: true } : now)),
    [],
  );
  const setText = useCallback((text: string) => setState(read(text)), []);
  const saved = useRef(false);
  const reset = useCallback(() => setState(read(stored)), [stored]);
  return {
    form: state.form,
    fault: state.fault,
    document,
    changed: document !== stored,
    change,
    setText,
    reset,
    saved,
  };
}
