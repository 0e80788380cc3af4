BEGIN;
REVOKE UPDATE (open_count, accepted_count, excluded_count, returned_count) ON upload.finding_counts FROM oboro_upload;
ALTER TABLE upload.finding_counts
  DROP COLUMN open_count, DROP COLUMN accepted_count, DROP COLUMN excluded_count, DROP COLUMN returned_count;
COMMIT;
