ALTER TABLE upload.snapshots DROP CONSTRAINT snapshots_open_in_review;
