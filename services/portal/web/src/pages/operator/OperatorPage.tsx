import { useNavigate, useParams } from 'react-router';
import { useText } from '../../i18n';
import { Notice } from '../../ui/ErrorNotice';
import { PageHeader } from '../../ui/PageHeader';
import { Tabs } from '../../ui/Tabs';
import { Health } from './Health';
import { Tenants } from './Tenants';
import { UsageTable } from './UsageTable';
import { words } from './words';

/** The layout above lets only 運営 in; the services decide again on every call. */
export function Component() {
  const t = useText(words);
  const navigate = useNavigate();
  const { part = 'tenants' } = useParams();
  return (
    <>
      <PageHeader title={t.title} lead={<p>{t.lead}</p>} />
      <Notice tone="info" title={t.noData}>
        <p>{t.noDataText}</p>
      </Notice>
      <Tabs
        label={t.tabsLabel}
        selected={part}
        onSelect={(id) => void navigate(`/operator/${id}`)}
        items={[
          { id: 'tenants', label: t.tabs.tenants, content: <Tenants /> },
          { id: 'usage', label: t.tabs.usage, content: <UsageTable /> },
          { id: 'health', label: t.tabs.health, content: <Health /> },
        ]}
      />
    </>
  );
}
