BEGIN;
DROP TABLE upload.finding_counts, upload.snapshot_parts, upload.snapshots, upload.datasets;
COMMIT;
