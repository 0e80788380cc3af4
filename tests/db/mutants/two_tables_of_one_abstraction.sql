ALTER TABLE aggregation.statistics DROP CONSTRAINT one_table_per_abstraction;
