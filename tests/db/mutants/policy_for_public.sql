ALTER POLICY directory ON tenancy.members TO PUBLIC;
