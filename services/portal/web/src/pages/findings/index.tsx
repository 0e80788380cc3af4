import type { RouteObject } from 'react-router';
import { Placeholder } from '../../app/Placeholder';

export const routes: RouteObject[] = [
  { path: 'data/:dataset/:snapshot/findings', element: <Placeholder /> },
];
