-- One schema a service (docs/ownership.md). Nobody gets a right that is not written out.
BEGIN;

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;

CREATE SCHEMA tenancy;
CREATE SCHEMA jobs;
CREATE SCHEMA upload;
CREATE SCHEMA abstraction;
CREATE SCHEMA verification;
CREATE SCHEMA aggregation;

GRANT USAGE ON SCHEMA tenancy, jobs
  TO oboro_directory, oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
GRANT USAGE ON SCHEMA upload TO oboro_upload;
GRANT USAGE ON SCHEMA abstraction TO oboro_abstraction;
GRANT USAGE ON SCHEMA verification TO oboro_verification;
GRANT USAGE ON SCHEMA aggregation TO oboro_aggregation;

-- What a service compares with the versions it supports before it starts. A change that an older binary
-- cannot live with sets the next number.
CREATE TABLE tenancy.schema_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version integer NOT NULL CHECK (version > 0)
);
ALTER TABLE tenancy.schema_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.schema_version FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON tenancy.schema_version FOR SELECT
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation USING (true);
CREATE POLICY owner_writes ON tenancy.schema_version TO oboro_owner USING (true) WITH CHECK (true);
GRANT SELECT ON tenancy.schema_version
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
INSERT INTO tenancy.schema_version (version) VALUES (1);

COMMIT;
