ALTER TABLE tenancy.data_keys DROP CONSTRAINT data_keys_tenant_id_kek_version_fkey;
ALTER TABLE tenancy.keys DROP CONSTRAINT keys_tenant_id_kek_version_fkey;
