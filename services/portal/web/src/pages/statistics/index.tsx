import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'statistics', lazy: () => import('./StatisticsPage') },
  { path: 'statistics/new', lazy: () => import('./NewStatistic') },
  { path: 'statistics/:statistic', lazy: () => import('./Explorer') },
];
