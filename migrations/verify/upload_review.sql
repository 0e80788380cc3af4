-- Fails by a division by zero when a table is missing, open, or not its services' to use.
BEGIN;
SELECT 1 / (count(*) = 3)::integer FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'upload' AND c.relname IN ('finding_positions', 'settlements', 'profiles')
    AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity;
SELECT 1 / has_table_privilege('oboro_upload', 'upload.settlements', 'INSERT')::integer;
SELECT 1 / (NOT has_table_privilege('oboro_upload', 'upload.settlements', 'UPDATE'))::integer;
SELECT 1 / (NOT has_table_privilege('oboro_abstraction', 'upload.finding_positions', 'SELECT'))::integer;
ROLLBACK;
