DROP INDEX aggregation.releases_under_way;
