import type { RouteObject } from 'react-router';
import { Placeholder } from '../../app/Placeholder';

export const routes: RouteObject[] = [
  { path: 'data', element: <Placeholder /> },
  { path: 'data/new', element: <Placeholder /> },
  { path: 'data/:dataset', element: <Placeholder /> },
];
