BEGIN;
DROP TABLE abstraction.abstractions, abstraction.recipes;
COMMIT;
