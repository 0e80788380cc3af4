import type { RouteObject } from 'react-router';
import { Placeholder } from '../../app/Placeholder';

export const routes: RouteObject[] = [
  { path: 'recipes', element: <Placeholder /> },
  { path: 'recipes/:recipe', element: <Placeholder /> },
];
