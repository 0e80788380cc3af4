ALTER TABLE aggregation.releases DROP CONSTRAINT release_of_one_table;
