import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'releases', lazy: () => import('./ReleasesPage') },
  { path: 'releases/:id', lazy: () => import('./ReleasePage') },
];
