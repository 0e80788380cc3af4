BEGIN;
DROP TABLE verification.verdicts;
COMMIT;
