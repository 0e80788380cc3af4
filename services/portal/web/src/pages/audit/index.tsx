import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'audit', lazy: () => import('./AuditPage') },
  { path: 'data/:dataset/uses', lazy: () => import('./UsesPage') },
];
