/** The documents that come with the product (deploy/), for forms that begin with one. */
const schemas = import.meta.glob('../../../../../deploy/schemas/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;
const recipes = import.meta.glob('../../../../../deploy/recipes/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;

export interface Shipped {
  /** The file's name without its ending. */
  id: string;
  document: string;
}

const listed = (files: Record<string, string>): Shipped[] =>
  Object.entries(files)
    .map(([path, document]) => ({
      id: path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length),
      document,
    }))
    // Of use to a municipality first, the example of another country's census last.
    .toSorted(
      (a, b) => Number(a.id === 'adult') - Number(b.id === 'adult') || b.id.localeCompare(a.id),
    );

export const shippedSchemas = listed(schemas);
export const shippedRecipes = listed(recipes);
