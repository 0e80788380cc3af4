import './tabs.css';
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';

export interface TabItem {
  id: string;
  label: string;
  content: ReactNode;
}

/**
 * Tabs as the ARIA practices have them: one stop for the Tab key, arrows between, the panel beneath. Which one is open is
 * the caller's, so that it can stand in the URL.
 */
export function Tabs({
  label,
  items,
  selected,
  onSelect,
}: {
  label: string;
  items: TabItem[];
  selected: string;
  onSelect: (id: string) => void;
}) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const open = items.find((item) => item.id === selected) ?? items[0];
  const onKeyDown = (event: KeyboardEvent) => {
    const at = items.findIndex((item) => item.id === open?.id);
    const to = {
      ArrowRight: (at + 1) % items.length,
      ArrowLeft: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    const target = to === undefined ? undefined : items[to];
    if (!target) return;
    event.preventDefault();
    onSelect(target.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(target.id)}"]`)?.focus();
  };
  return (
    <div className="o-tabs">
      <div
        role="tablist"
        aria-label={label}
        ref={list}
        onKeyDown={onKeyDown}
        className="o-tabs__list"
      >
        {items.map((item) => (
          <button
            key={item.id}
            type="button"
            role="tab"
            id={`${base}-${item.id}`}
            data-tab={item.id}
            aria-selected={item.id === open?.id}
            aria-controls={item.id === open?.id ? `${base}-panel` : undefined}
            tabIndex={item.id === open?.id ? 0 : -1}
            onClick={() => onSelect(item.id)}
          >
            {item.label}
          </button>
        ))}
      </div>
      {open && (
        <div
          role="tabpanel"
          id={`${base}-panel`}
          aria-labelledby={`${base}-${open.id}`}
          tabIndex={0}
          className="o-tabs__panel"
        >
          {open.content}
        </div>
      )}
    </div>
  );
}
