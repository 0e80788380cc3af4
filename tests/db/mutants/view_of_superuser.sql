CREATE VIEW upload.recent_snapshots AS SELECT * FROM upload.snapshots;
GRANT SELECT ON upload.recent_snapshots TO oboro_upload;
