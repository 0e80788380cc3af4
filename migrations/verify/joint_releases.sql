-- Fails by a division by zero when a release could be of no table or of two.
BEGIN;
SELECT 1 / (count(*) = 1)::integer FROM pg_catalog.pg_constraint
  WHERE conrelid = 'aggregation.releases'::regclass AND conname = 'release_of_one_table' AND convalidated;
SELECT joint_id FROM aggregation.releases WHERE false;
ROLLBACK;
