import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { index: true, lazy: () => import('./OperatorPage') },
  { path: ':part', lazy: () => import('./OperatorPage') },
];
