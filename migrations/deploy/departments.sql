-- Departments may be renamed and, while nothing hangs on them, deleted: members and datasets refer to them, and
-- foreign keys refuse whatever a service forgets to ask.
BEGIN;
GRANT UPDATE (display_name), DELETE ON tenancy.departments TO oboro_tenancy;
COMMIT;
