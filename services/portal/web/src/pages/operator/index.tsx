import type { RouteObject } from 'react-router';
import { Placeholder } from '../../app/Placeholder';

export const routes: RouteObject[] = [
  { index: true, element: <Placeholder /> },
  { path: ':part', element: <Placeholder /> },
];
