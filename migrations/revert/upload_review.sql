-- A snapshot under review was checked and not accepted: for the schema below it must be settled or destroyed first.
BEGIN;
DROP TABLE upload.profiles, upload.settlements, upload.finding_positions;
ALTER TABLE upload.snapshots DROP CONSTRAINT snapshots_open_in_review;
ALTER TABLE upload.snapshots DROP CONSTRAINT snapshots_state_check;
ALTER TABLE upload.snapshots ADD CONSTRAINT snapshots_state_check CHECK (state IN
  ('OPEN', 'CHECKING', 'ACCEPTED', 'REFUSED', 'DESTROYED'));
ALTER TABLE upload.snapshots DROP COLUMN excluded_records, DROP COLUMN open_findings, DROP COLUMN profile;
ALTER TABLE upload.datasets DROP COLUMN review_findings;
COMMIT;
