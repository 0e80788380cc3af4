ALTER POLICY own_tenant ON aggregation.ledger USING (true);
