// A joint statistic as the explorer's subject: what it is called, what its files say of it, its other dates.
import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  JointService,
  JointState,
  type JointProposal,
  type JointStatistic,
} from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { useMemo } from 'react';
import { useCall } from '../../app/api';
import { useTenant } from '../../app/session';
import { type Language, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { formatNumber, idOf } from '../../lib/format';
import { formatDate, formatInstant } from '../../lib/wareki';
import type { StatTable } from '../statistics/model/table';
import type { Dated, Subject } from '../statistics/subject';
import { labelOf, type Names, readPurpose } from './municipalities';
import { readJoint, wholeCsv } from './table';
import { type JointText, words } from './words';

/** Title and value of all that a reader must know: each participant's date, policy and threshold among it. */
export function jointProvenance(
  joint: JointStatistic,
  names: Names,
  t: JointText,
  s: (typeof statistics)['ja'],
  shown?: Language,
): [string, string][] {
  const date = (iso: string) => (shown ? formatDate(iso, shown) : iso);
  const rows: [string, string][] = [
    [t.source.tier, t.source.joint],
    [t.source.purpose, readPurpose(joint.proposal?.purpose ?? '').purpose.replaceAll('\n', ' ')],
    [t.source.kind, joint.proposal?.datasetKind ?? ''],
    [s.explore.source.measure, s.build.measureShort.RECORDS],
    [s.explore.source.date, date(joint.proposal?.referenceDate ?? '')],
  ];
  for (const one of joint.participants) {
    const threshold =
      one.minCount > 1n ? t.source.hidden(formatNumber(one.minCount - 1n)) : t.source.open;
    rows.push([
      labelOf(one.municipalityCode, names),
      `${date(one.referenceDate)}、${t.source.part(t.page.version(one.policyVersion), threshold)}`,
    ]);
  }
  rows.push(
    [
      s.explore.source.method,
      shown ? (s.explore.methods[joint.method] ?? joint.method) : joint.method,
    ],
    [s.explore.source.engine, joint.engineVersion],
    [t.source.cells, shown ? formatNumber(joint.cells) : String(joint.cells)],
    [t.source.suppressed, shown ? formatNumber(joint.suppressed) : String(joint.suppressed)],
  );
  if (joint.makeTime) {
    const made = timestampDate(joint.makeTime);
    rows.push([s.explore.source.made, shown ? formatInstant(made, shown) : made.toISOString()]);
  }
  rows.push([t.source.id, idOf(joint.name)]);
  return rows;
}

const shapeOf = (proposal: JointProposal | undefined) =>
  JSON.stringify([
    proposal?.axes.map(({ column, within }) => [column, within]),
    proposal?.municipalityCodes,
  ]);

export function useJointSubject(
  joint: JointStatistic,
  names: Names,
  table: StatTable,
  dated: boolean,
): Subject {
  const t = useText(words);
  const s = useText(statistics);
  const tenant = useTenant();
  const list = useCall(
    JointService.method.listJointStatistics,
    { parent: tenant.name },
    { enabled: dated },
  );
  return useMemo(() => {
    const date = joint.proposal?.referenceDate ?? '';
    return {
      title: joint.proposal?.displayName ?? '',
      date,
      provenance: (shown) => jointProvenance(joint, names, t, s, shown),
      source: [t.source.joint, date, joint.method, idOf(joint.name), 'Oboro'].join(' | '),
      whole: (encoding) => Promise.resolve(wholeCsv(table, encoding)),
      others: othersOf(joint, list.data?.jointStatistics ?? [], names),
      othersPending: dated && list.isPending,
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- names are those of the proposal
  }, [joint, table, t, s, list.data, list.isPending, dated]);
}

/** The same columns of the same municipalities at other dates; of a date the newest. */
function othersOf(joint: JointStatistic, list: readonly JointStatistic[], names: Names): Dated[] {
  const others = list.filter(
    (other) =>
      other.state === JointState.MADE &&
      other.name !== joint.name &&
      other.proposal?.referenceDate !== joint.proposal?.referenceDate &&
      shapeOf(other.proposal) === shapeOf(joint.proposal),
  );
  const byDate = new Map(
    others.toReversed().map((other) => [other.proposal?.referenceDate ?? '', other]),
  );
  return [...byDate].map(([date, other]) => ({
    // Read with the names of this one, so that members are found again.
    key: `${joint.name} ${other.name}`,
    date,
    read: async (signal) => (await readJoint(other.name, names, signal)).table,
  }));
}
