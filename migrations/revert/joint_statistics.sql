BEGIN;
DROP TABLE aggregation.joint_statistics;
COMMIT;
