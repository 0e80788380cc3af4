ALTER POLICY abstractions_in ON tenancy.data_keys USING (tenant_id = nullif(current_setting('oboro.tenant', true), '') AND state = 'LIVE');
