import { useText } from '../i18n';
import { common } from '../i18n/common';
import { PageHeader } from '../ui/PageHeader';

/** Where a sign-in in a second tab ends: the work is in the first. */
export function SignedIn() {
  const t = useText(common);
  return (
    <main className="o-alone">
      <PageHeader title={t.session.signedInTitle} lead={t.session.signedInText} />
    </main>
  );
}
