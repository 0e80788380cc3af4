-- Fails by a division by zero when a table is missing, open, or not its services' to use.
BEGIN;
SELECT 1 / (count(*) = 4)::integer FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'upload' AND c.relname IN ('datasets', 'snapshots', 'snapshot_parts', 'finding_counts')
    AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity;
SELECT 1 / has_table_privilege('oboro_upload', 'upload.snapshots', 'INSERT')::integer;
SELECT 1 / (NOT has_table_privilege('oboro_abstraction', 'upload.snapshots', 'SELECT'))::integer;
ROLLBACK;
