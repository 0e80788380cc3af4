ALTER POLICY own_kinds ON jobs.jobs USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
