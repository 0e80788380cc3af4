GRANT UPDATE (reason), DELETE ON aggregation.release_steps TO oboro_aggregation;
