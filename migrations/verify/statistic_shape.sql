BEGIN;
SELECT detail, author, filters, measure, measure_column FROM aggregation.statistics WHERE false;
ROLLBACK;
