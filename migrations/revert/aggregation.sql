BEGIN;
DROP TABLE aggregation.statistics;
COMMIT;
