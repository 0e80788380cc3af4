import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import type { Dataset, Snapshot } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useRoles, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { formatNumber, idOf } from '../../lib/format';
import { LinkButton } from '../../ui/Button';
import type { Next } from './steps';
import { words } from './words';

interface Target {
  to: string;
  label: string;
}

/** Where the next step is done; null when it is not this person's to do, with who does it in `wait`. */
export function useNextStep(
  dataset: Dataset,
  snapshot: Snapshot,
  next: Next,
): { target: Target | null; wait: string } {
  const t = useText(words);
  const tenant = useTenant();
  const { stewardOf, has } = useRoles();
  const steward = stewardOf(dataset.department);
  const wait = t.nexts.wait;
  const set = idOf(dataset.name);
  const id = idOf(snapshot.name);
  const only = (allowed: boolean, target: Target, otherwise: string) =>
    allowed ? { target, wait: '' } : { target: null, wait: otherwise };
  switch (next.kind) {
    case 'upload':
      return only(
        steward,
        { to: `${tenant.path('data', set, 'new')}?snapshot=${id}`, label: t.nexts.upload },
        wait.upload,
      );
    case 'check':
      return { target: null, wait: t.nexts.check };
    case 'settle':
      return only(
        steward,
        {
          to: tenant.path('data', set, id, 'findings'),
          label: t.nexts.settle(formatNumber(snapshot.openFindings)),
        },
        wait.settle,
      );
    case 'abstract':
      return only(
        steward,
        {
          to: `${tenant.path('abstractions', 'new')}?dataset=${set}&snapshot=${id}`,
          label: t.nexts.abstract,
        },
        wait.abstract,
      );
    case 'again':
      return only(
        steward,
        {
          to: `${tenant.path('data', set, 'new')}?date=${snapshot.referenceDate}`,
          label: t.nexts.again,
        },
        wait.again,
      );
    case 'verify':
      return only(
        steward || has(Role.PRIVACY_OFFICER),
        { to: tenant.path('abstractions', idOf(next.abstraction.name)), label: t.nexts.verify },
        wait.verify,
      );
    case 'mend':
      return {
        target: { to: tenant.path('verdicts', idOf(next.verdict.name)), label: t.nexts.mend },
        wait: '',
      };
    case 'table':
      return only(
        has(Role.ANALYST, Role.PRIVACY_OFFICER),
        {
          to: `${tenant.path('statistics', 'new')}?abstraction=${idOf(next.abstraction.name)}&verdict=${idOf(next.verdict.name)}`,
          label: t.nexts.table,
        },
        wait.table,
      );
    case 'statistics':
      return {
        target: {
          to: tenant.path('statistics', idOf(next.statistic.name)),
          label: t.nexts.statistics,
        },
        wait: '',
      };
    default:
      return { target: null, wait: wait.none };
  }
}

/** The button of the next step, or who does it. */
export function NextStep({
  dataset,
  snapshot,
  next,
  size = 'normal',
  primary = true,
}: {
  dataset: Dataset;
  snapshot: Snapshot;
  next: Next;
  size?: 'normal' | 'small';
  primary?: boolean;
}) {
  const { target, wait } = useNextStep(dataset, snapshot, next);
  const kind = primary && next.kind !== 'statistics' ? 'primary' : 'secondary';
  return target ? (
    <LinkButton kind={kind} size={size} to={target.to}>
      {target.label}
    </LinkButton>
  ) : (
    <p className="o-small">{wait}</p>
  );
}
