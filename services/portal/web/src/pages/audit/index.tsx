import type { RouteObject } from 'react-router';
import { Placeholder } from '../../app/Placeholder';

export const routes: RouteObject[] = [
  { path: 'audit', element: <Placeholder /> },
  { path: 'data/:dataset/uses', element: <Placeholder /> },
];
