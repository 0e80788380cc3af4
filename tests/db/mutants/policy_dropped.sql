DROP POLICY own_tenant ON upload.datasets;
