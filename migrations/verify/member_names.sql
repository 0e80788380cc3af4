-- Fails by a division by zero when tenancy may not give a name, or may give more than it, or the directory may read it.
BEGIN;
SELECT display_name FROM tenancy.members WHERE false;
SELECT 1 / has_column_privilege('oboro_tenancy', 'tenancy.members', 'display_name', 'UPDATE')::integer;
SELECT 1 / (NOT has_column_privilege('oboro_tenancy', 'tenancy.members', 'role', 'UPDATE'))::integer;
SELECT 1 / (NOT has_column_privilege('oboro_directory', 'tenancy.members', 'display_name', 'SELECT'))::integer;
ROLLBACK;
