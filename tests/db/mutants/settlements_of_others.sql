ALTER POLICY own_tenant ON upload.settlements USING (true) WITH CHECK (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
