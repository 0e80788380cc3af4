import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'data/:dataset/new', lazy: () => import('./UploadPage') },
];
