import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'admin', lazy: () => import('./AdminPage') },
  { path: 'admin/:part', lazy: () => import('./AdminPage') },
];
