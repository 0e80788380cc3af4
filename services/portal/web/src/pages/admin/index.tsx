import type { RouteObject } from 'react-router';
import { Placeholder } from '../../app/Placeholder';

export const routes: RouteObject[] = [
  { path: 'admin', element: <Placeholder /> },
  { path: 'admin/:part', element: <Placeholder /> },
];
