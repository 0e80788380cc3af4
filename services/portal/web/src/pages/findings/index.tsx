import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'data/:dataset/:snapshot/findings', lazy: () => import('./FindingsPage') },
];
