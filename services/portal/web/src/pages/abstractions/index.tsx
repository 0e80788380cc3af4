import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'abstractions', lazy: () => import('./AbstractionsPage') },
  { path: 'abstractions/new', lazy: () => import('./NewAbstractionPage') },
  { path: 'abstractions/:abstraction', lazy: () => import('./AbstractionPage') },
];
