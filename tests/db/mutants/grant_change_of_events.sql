GRANT UPDATE, DELETE ON tenancy.audit_events TO oboro_tenancy;
CREATE POLICY mend ON tenancy.audit_events FOR UPDATE TO oboro_tenancy USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
