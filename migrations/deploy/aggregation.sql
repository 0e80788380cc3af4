-- Protected tables: their shape and where they come from. The cells are an encrypted object.
BEGIN;

CREATE TABLE aggregation.statistics (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  statistic_id text NOT NULL CHECK (statistic_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  display_name text NOT NULL,
  tier text NOT NULL CHECK (tier IN ('INTERNAL', 'JOINT', 'PUBLIC')),
  dimensions jsonb NOT NULL,  -- [{column, members: [...]}], margin last.
  cells bigint NOT NULL CHECK (cells >= 0),
  primary_suppressions bigint NOT NULL CHECK (primary_suppressions >= 0),
  secondary_suppressions bigint NOT NULL CHECK (secondary_suppressions >= 0),
  suppressed bigint NOT NULL CHECK (suppressed = primary_suppressions + secondary_suppressions),
  snapshot text NOT NULL,     -- Provenance, by resource name and version.
  reference_date date NOT NULL,
  abstraction text NOT NULL,
  recipe text NOT NULL,
  recipe_version integer NOT NULL,
  verdict text NOT NULL,
  policy text NOT NULL,
  policy_version integer NOT NULL,
  engine_version text NOT NULL,
  method text NOT NULL,
  object_id text NOT NULL,
  object_digest bytea NOT NULL CHECK (octet_length(object_digest) = 32),
  job_id text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, statistic_id),
  UNIQUE (tenant_id, job_id),
  -- Two tables of one abstraction can give each other's cells away: until the ledger audits them there is one.
  CONSTRAINT one_table_per_abstraction UNIQUE (tenant_id, abstraction)
);
CREATE INDEX statistics_newest ON aggregation.statistics (tenant_id, create_time DESC);

ALTER TABLE aggregation.statistics ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregation.statistics FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON aggregation.statistics TO oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

GRANT SELECT, INSERT ON aggregation.statistics TO oboro_aggregation;

COMMIT;
