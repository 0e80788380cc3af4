import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'data', lazy: () => import('./DataPage') },
  { path: 'data/new', lazy: () => import('./NewDatasetPage') },
  { path: 'data/:dataset', lazy: () => import('./DatasetPage') },
];
