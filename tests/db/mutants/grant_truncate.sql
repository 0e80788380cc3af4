GRANT TRUNCATE ON tenancy.audit_events TO oboro_tenancy;
