BEGIN;
ALTER TABLE aggregation.statistics
  DROP COLUMN detail, DROP COLUMN author, DROP COLUMN filters, DROP COLUMN measure_column, DROP COLUMN measure;
COMMIT;
