-- Fails by a division by zero when a table is missing, open, or not its services' to use.
BEGIN;
SELECT 1 / (count(*) = 1)::integer FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'tenancy' AND c.relname IN ('schema_version')
    AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity;
SELECT 1 / (count(*) = 1)::integer FROM tenancy.schema_version;
SELECT 1 / (NOT has_schema_privilege('oboro_upload', 'aggregation', 'USAGE'))::integer;
ROLLBACK;
