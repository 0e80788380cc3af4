BEGIN;
REVOKE UPDATE (display_name), DELETE ON tenancy.departments FROM oboro_tenancy;
COMMIT;
