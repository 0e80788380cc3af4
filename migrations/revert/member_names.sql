BEGIN;
REVOKE UPDATE (display_name) ON tenancy.members FROM oboro_tenancy;
ALTER TABLE tenancy.members DROP COLUMN display_name;
COMMIT;
