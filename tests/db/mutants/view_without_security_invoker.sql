CREATE VIEW upload.recent_snapshots AS SELECT * FROM upload.snapshots;
ALTER VIEW upload.recent_snapshots OWNER TO oboro_owner;
