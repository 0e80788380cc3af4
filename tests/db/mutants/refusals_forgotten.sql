GRANT DELETE ON aggregation.ledger_refusals TO oboro_aggregation;
