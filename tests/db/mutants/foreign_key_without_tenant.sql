ALTER TABLE upload.finding_counts DROP CONSTRAINT finding_counts_tenant_id_snapshot_id_fkey;
ALTER TABLE upload.finding_counts ADD FOREIGN KEY (snapshot_id, tenant_id)
  REFERENCES upload.snapshots (snapshot_id, tenant_id);
