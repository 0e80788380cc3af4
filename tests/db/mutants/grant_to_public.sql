GRANT SELECT ON upload.snapshots TO PUBLIC;
