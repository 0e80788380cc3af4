import type { RouteObject } from 'react-router';
import { Placeholder } from '../../app/Placeholder';

export const routes: RouteObject[] = [
  { path: 'statistics', element: <Placeholder /> },
  { path: 'statistics/new', element: <Placeholder /> },
  { path: 'statistics/:id', element: <Placeholder /> },
];
