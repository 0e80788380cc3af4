import type { RouteObject } from 'react-router';
import { Placeholder } from '../../app/Placeholder';

export const routes: RouteObject[] = [
  { path: 'verdicts', element: <Placeholder /> },
  { path: 'verdicts/:id', element: <Placeholder /> },
];
