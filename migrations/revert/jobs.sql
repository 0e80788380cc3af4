BEGIN;
DROP TABLE jobs.lanes, jobs.jobs;
COMMIT;
