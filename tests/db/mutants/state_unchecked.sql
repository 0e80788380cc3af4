ALTER TABLE tenancy.tenants DROP CONSTRAINT tenants_state_check;
