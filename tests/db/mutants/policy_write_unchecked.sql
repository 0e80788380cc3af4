ALTER POLICY own_tenant ON verification.verdicts WITH CHECK (true);
