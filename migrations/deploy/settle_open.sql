-- A settlement may be about findings that still wait: what was decided before stays as it is, whatever the rule or the rows.
BEGIN;
ALTER TABLE upload.settlements ADD COLUMN only_open boolean NOT NULL DEFAULT false;
COMMIT;
