-- Fails by a division by zero when a table is missing, open, or a step could be changed.
BEGIN;
SELECT 1 / (count(*) = 3)::integer FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'aggregation' AND c.relname IN ('views', 'releases', 'release_steps')
    AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity;
SELECT 1 / has_table_privilege('oboro_aggregation', 'aggregation.releases', 'INSERT')::integer;
SELECT 1 / (NOT has_any_column_privilege('oboro_aggregation', 'aggregation.release_steps', 'UPDATE'))::integer;
SELECT 1 / (NOT has_table_privilege('oboro_aggregation', 'aggregation.release_steps', 'DELETE'))::integer;
ROLLBACK;
