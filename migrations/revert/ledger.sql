BEGIN;
DROP TABLE aggregation.ledger_refusals;
DROP TABLE aggregation.ledger;
DROP INDEX aggregation.statistics_of_abstraction;
ALTER TABLE aggregation.statistics
  DROP COLUMN ledger,
  ADD CONSTRAINT one_table_per_abstraction UNIQUE (tenant_id, abstraction);
COMMIT;
