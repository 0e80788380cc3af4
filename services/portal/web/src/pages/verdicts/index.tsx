import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'verdicts', lazy: () => import('./VerdictsPage') },
  { path: 'verdicts/:verdict', lazy: () => import('./VerdictPage') },
];
