import { useText } from '../i18n';
import { common } from '../i18n/common';
import { EmptyState } from '../ui/EmptyState';
import { PageHeader } from '../ui/PageHeader';

export function Placeholder() {
  const t = useText(common);
  return (
    <>
      <PageHeader title={t.placeholder.title} />
      <EmptyState title={t.placeholder.text} />
    </>
  );
}
