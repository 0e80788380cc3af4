-- Fails by a division by zero when a table is missing, open, or not its service's to use.
BEGIN;
SELECT 1 / (count(*) = 2)::integer FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'aggregation' AND c.relname IN ('ledger', 'ledger_refusals')
    AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity;
SELECT ledger FROM aggregation.statistics WHERE false;
SELECT 1 / has_table_privilege('oboro_aggregation', 'aggregation.ledger', 'INSERT')::integer;
SELECT 1 / (NOT has_table_privilege('oboro_aggregation', 'aggregation.ledger', 'DELETE'))::integer;
SELECT 1 / (NOT has_table_privilege('oboro_aggregation', 'aggregation.ledger_refusals', 'UPDATE'))::integer;
ROLLBACK;
