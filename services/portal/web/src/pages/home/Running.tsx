import { timestampDate } from '@bufbuild/protobuf/wkt';
import { AbstractionService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { StatisticService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { JointService } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import {
  type Operation,
  OperationService,
  OperationState,
} from '@oboro/gen/oboro/operation/v1/operation_pb';
import { SnapshotService } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { VerificationService } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { Link } from 'react-router';
import { refresh, useCall } from '../../app/api';
import { hasEnded } from '../../app/operation';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { OperationBar, OperationProgress } from '../../ui/Progress';
import { pathOf } from './tasks';
import { words } from './words';

const DAY = 24 * 3_600_000;
const recent = ({ createTime }: Operation) =>
  createTime !== undefined && Date.now() - timestampDate(createTime).getTime() < DAY;

/** Work that runs, live; and what failed lately, so that it is not overlooked by who had left its page. */
export function Running() {
  const t = useText(words);
  const tenant = useTenant();
  const list = useCall(
    OperationService.method.listOperations,
    { parent: tenant.name, pageSize: 100 },
    { refetchInterval: 5_000 },
  );
  const operations = list.data?.operations ?? [];
  const running = operations.filter((operation) => !hasEnded(operation));
  const failed = operations
    .filter((operation) => operation.state === OperationState.FAILED && recent(operation))
    .slice(0, 3);
  const onEnd = () =>
    void refresh(
      OperationService,
      SnapshotService,
      AbstractionService,
      VerificationService,
      StatisticService,
      JointService,
    );
  return (
    <section className="o-section" aria-labelledby="running">
      <h2 id="running">{t.running.title}</h2>
      {list.error && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data && running.length === 0 && <p className="o-small">{t.running.none}</p>}
      {running.length > 0 && (
        <ul className="o-running">
          {running.map((operation) => (
            <li key={operation.name} className="o-panel">
              <OperationProgress name={operation.name} onEnd={onEnd} compact />
              <Target operation={operation} />
            </li>
          ))}
        </ul>
      )}
      {failed.length > 0 && (
        <>
          <h3>{t.running.failed}</h3>
          <ul className="o-running">
            {failed.map((operation) => (
              <li key={operation.name}>
                <OperationBar operation={operation} />
                <Target operation={operation} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Target({ operation }: { operation: Operation }) {
  const t = useText(words);
  const tenant = useTenant();
  const path = pathOf(operation.targetName);
  return path && <Link to={tenant.path(...path)}>{t.running.open}</Link>;
}
