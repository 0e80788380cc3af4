import { useText } from '../i18n';
import { common } from '../i18n/common';

/** Something is on its way. */
export function Loading({ children }: { children?: string }) {
  const t = useText(common);
  return (
    <p className="o-loading" role="status">
      <span className="o-spinner" aria-hidden="true" />
      {children ?? t.loading}
    </p>
  );
}
