ALTER POLICY own_tenant ON upload.datasets USING (tenant_id = current_setting('oboro.tenant', true));
