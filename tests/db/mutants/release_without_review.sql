ALTER TABLE aggregation.releases DROP CONSTRAINT nothing_without_review;
