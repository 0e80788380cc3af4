import { createBrowserRouter, type RouteObject } from 'react-router';
import { routes as abstractions } from '../pages/abstractions';
import { routes as admin } from '../pages/admin';
import { routes as audit } from '../pages/audit';
import { routes as data } from '../pages/data';
import { routes as findings } from '../pages/findings';
import { routes as home } from '../pages/home';
import { routes as joint } from '../pages/joint';
import { routes as operator } from '../pages/operator';
import { routes as recipes } from '../pages/recipes';
import { routes as releases } from '../pages/releases';
import { routes as statistics } from '../pages/statistics';
import { routes as upload } from '../pages/upload';
import { routes as verdicts } from '../pages/verdicts';
import { Chooser } from './Chooser';
import { Crashed, NotFound } from './Faults';
import { Root } from './Root';
import { SignedIn } from './SignedIn';
import { OperatorLayout, TenantLayout } from './Shell';

/**
 * Each page's folder exports `routes`: paths relative to /t/:tenant (operator's: to /operator), each with a `lazy` that
 * imports the page, so that a page's code is fetched when it is opened.
 */
const inTenant: RouteObject[] = [
  ...home,
  ...data,
  ...upload,
  ...findings,
  ...recipes,
  ...abstractions,
  ...verdicts,
  ...statistics,
  ...joint,
  ...releases,
  ...audit,
  ...admin,
  { path: '*', element: <NotFound /> },
];

// A fault in a page is shown inside of the shell; one in the shell, alone.
const guarded = (children: RouteObject[]): RouteObject[] => [
  { errorElement: <Crashed />, children },
];

export const router = createBrowserRouter([
  {
    path: '/',
    element: <Root />,
    errorElement: <Crashed alone />,
    hydrateFallbackElement: <></>,
    children: [
      { index: true, element: <Chooser /> },
      { path: 'signed-in', element: <SignedIn /> },
      { path: 't/:tenant', element: <TenantLayout />, children: guarded(inTenant) },
      {
        path: 'operator',
        element: <OperatorLayout />,
        children: guarded([...operator, { path: '*', element: <NotFound /> }]),
      },
      { path: '*', element: <NotFound alone /> },
    ],
  },
]);
