BEGIN;
DROP TABLE aggregation.release_steps;
DROP TABLE aggregation.releases;
DROP TABLE aggregation.views;
COMMIT;
