ALTER TABLE upload.settlements DROP CONSTRAINT settlements_reason_check;
