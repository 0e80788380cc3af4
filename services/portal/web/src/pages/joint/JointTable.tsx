import { JointService, type JointStatistic } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { useQuery } from '@tanstack/react-query';
import { useText } from '../../i18n';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Exploration, useLayout } from '../statistics/Exploration';
import { overDates } from '../statistics/model/layout';
import type { StatTable } from '../statistics/model/table';
import { Provenance } from '../statistics/Provenance';
import { RequestRelease } from '../statistics/RequestRelease';
import type { Names } from './municipalities';
import { readJoint } from './table';
import { useJointSubject } from './subject';
import { words } from './words';

interface JointTableProps {
  joint: JointStatistic;
  names: Names;
}

/** The protected table of all, explored as any other. */
export function JointTable({ joint, names }: JointTableProps) {
  const t = useText(words);
  const read = useQuery({
    queryKey: [JointService.typeName, 'cells', joint.name],
    queryFn: ({ signal }) => readJoint(joint.name, names, signal),
    // It never changes.
    staleTime: Infinity,
    retry: 1,
  });
  if (read.error) return <ErrorNotice error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Loading />;
  return (
    <section className="o-section" aria-label={t.page.table}>
      <Opened joint={joint} names={names} {...read.data} />
    </section>
  );
}

const NOTHING = {};

function Opened({
  joint,
  names,
  table,
  evidence,
}: JointTableProps & { table: StatTable; evidence: string }) {
  const t = useText(words);
  const [layout, setLayout] = useLayout(table, undefined, NOTHING);
  const subject = useJointSubject(joint, names, table, overDates(layout));
  return (
    <Exploration
      subject={subject}
      table={table}
      layout={layout}
      onLayout={setLayout}
      head={(exportMenu) => (
        <>
          <div className="o-section__head">
            <h2>{t.page.table}</h2>
            <div className="o-actions">
              {exportMenu}
              <RequestRelease table={joint.name} />
            </div>
          </div>
          <p>{t.page.notCounted}</p>
        </>
      )}
    >
      <Provenance subject={subject} evidence={evidence} />
    </Exploration>
  );
}
