import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { path: 'recipes', lazy: () => import('./RecipesPage') },
  { path: 'recipes/new', lazy: () => import('./NewRecipePage') },
  { path: 'recipes/:recipe', lazy: () => import('./RecipePage') },
];
