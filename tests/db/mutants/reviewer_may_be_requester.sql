ALTER TABLE aggregation.releases DROP CONSTRAINT reviewer_is_another;
