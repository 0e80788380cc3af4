import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'joint', lazy: () => import('./JointsPage') },
  { path: 'joint/new', lazy: () => import('./NewJoint') },
  { path: 'joint/:joint', lazy: () => import('./JointPage') },
];
