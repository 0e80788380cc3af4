-- Fails by a division by zero when tenancy may not delete a department, or another service may.
BEGIN;
SELECT 1 / has_table_privilege('oboro_tenancy', 'tenancy.departments', 'DELETE')::integer;
SELECT 1 / (NOT has_table_privilege('oboro_upload', 'tenancy.departments', 'DELETE'))::integer;
ROLLBACK;
