import type { RouteObject } from 'react-router';
import { Placeholder } from '../../app/Placeholder';

export const routes: RouteObject[] = [
  { path: 'releases', element: <Placeholder /> },
  { path: 'releases/:id', element: <Placeholder /> },
];
