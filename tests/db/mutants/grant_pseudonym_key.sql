GRANT SELECT ON tenancy.keys TO oboro_verification;
