ALTER POLICY own_tenant ON aggregation.views USING (true);
