-- Fails by a division by zero when the table is missing, open, or a proposal could be changed.
BEGIN;
SELECT 1 / (count(*) = 1)::integer FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'aggregation' AND c.relname = 'joint_statistics'
    AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity;
SELECT 1 / has_table_privilege('oboro_aggregation', 'aggregation.joint_statistics', 'INSERT')::integer;
SELECT 1 / (NOT has_column_privilege('oboro_aggregation', 'aggregation.joint_statistics', 'proposal', 'UPDATE'))::integer;
SELECT 1 / (NOT has_table_privilege('oboro_aggregation', 'aggregation.joint_statistics', 'DELETE'))::integer;
ROLLBACK;
