-- Fails by a division by zero when a table is missing, open, or not its services' to use.
BEGIN;
SELECT 1 / (count(*) = 7)::integer FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'tenancy' AND c.relname IN ('tenants', 'departments', 'members', 'operators', 'policies', 'quotas', 'usage')
    AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity;
SELECT 1 / has_table_privilege('oboro_tenancy', 'tenancy.tenants', 'SELECT')::integer;
SELECT 1 / (NOT has_table_privilege('oboro_tenancy', 'tenancy.operators', 'INSERT'))::integer;
SELECT 1 / (NOT has_table_privilege('oboro_upload', 'tenancy.members', 'SELECT'))::integer;
ROLLBACK;
