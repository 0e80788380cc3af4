ALTER POLICY own_tenant ON abstraction.abstractions USING (true);
