import './toast.css';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { Icon } from './icons';

interface Entry {
  id: number;
  text: string;
}

const Context = createContext<(text: string) => void>(() => {});

/**
 * What was done is told in a region that screen readers read out. A message stays ten seconds, or as long as somebody
 * points at the region or has the focus in it.
 */
export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useText(common);
  const [entries, setEntries] = useState<Entry[]>([]);
  const drop = useCallback(
    (id: number) => setEntries((all) => all.filter((entry) => entry.id !== id)),
    [],
  );
  const counter = useMemo(() => ({ next: 1 }), []);
  const show = useCallback(
    (text: string) => {
      const id = counter.next++;
      setEntries((all) => [...all.slice(-3), { id, text }]);
      const dropLater = () => {
        if (document.querySelector('.o-toasts:hover, .o-toasts:focus-within'))
          setTimeout(dropLater, 2_000);
        else drop(id);
      };
      setTimeout(dropLater, 10_000);
    },
    [counter, drop],
  );
  return (
    <Context value={show}>
      {children}
      <div className="o-toasts" role="region" aria-label={t.shell.notices}>
        <div role="status" aria-live="polite">
          {entries.map((entry) => (
            <div className="o-toast" key={entry.id}>
              <Icon name="check" />
              <span>{entry.text}</span>
              <button type="button" onClick={() => drop(entry.id)} aria-label={t.shell.dismiss}>
                <Icon name="close" size={18} />
              </button>
            </div>
          ))}
        </div>
      </div>
    </Context>
  );
}

/** Tells what was done: `toast('保存しました')`. */
export const useToast = (): ((text: string) => void) => useContext(Context);
