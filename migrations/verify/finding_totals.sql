BEGIN;
SELECT open_count, accepted_count, excluded_count, returned_count FROM upload.finding_counts WHERE false;
SELECT 1 / has_column_privilege('oboro_upload', 'upload.finding_counts', 'open_count', 'UPDATE')::integer;
SELECT 1 / (NOT has_column_privilege('oboro_upload', 'upload.finding_counts', 'count', 'UPDATE'))::integer;
ROLLBACK;
