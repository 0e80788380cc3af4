BEGIN;
ALTER TABLE upload.settlements DROP COLUMN only_open;
COMMIT;
