CREATE UNIQUE INDEX datasets_name ON upload.datasets (display_name, tenant_id);
