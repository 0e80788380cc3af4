GRANT UPDATE (dataset) ON aggregation.ledger TO oboro_aggregation;
