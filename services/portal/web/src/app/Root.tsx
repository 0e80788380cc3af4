import { Outlet, ScrollRestoration } from 'react-router';
import { SessionGate } from './session';

export function Root() {
  return (
    <SessionGate>
      <Outlet />
      {/* By path: sorting and filtering in the query do not jump to the top. */}
      <ScrollRestoration getKey={(location) => location.pathname} />
    </SessionGate>
  );
}
