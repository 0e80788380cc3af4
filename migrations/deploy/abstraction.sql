-- Recipes, versioned and never changed, and the abstractions made by them.
BEGIN;

CREATE TABLE abstraction.recipes (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  recipe_id text NOT NULL CHECK (recipe_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  version integer NOT NULL CHECK (version > 0),
  document text NOT NULL,  -- YAML of docs/layouts.md.
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, recipe_id, version)
);

CREATE TABLE abstraction.abstractions (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  abstraction_id text NOT NULL CHECK (abstraction_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  snapshot text NOT NULL,  -- tenants/*/datasets/*/snapshots/*
  recipe_id text NOT NULL,
  recipe_version integer NOT NULL,
  recipe_digest bytea NOT NULL CHECK (octet_length(recipe_digest) = 32),
  reference_date date NOT NULL,
  records bigint NOT NULL CHECK (records >= 0),
  columns jsonb NOT NULL,  -- [{name, kind, distinct_values, unknown_values}]
  object_id text NOT NULL,
  object_digest bytea NOT NULL CHECK (octet_length(object_digest) = 32),
  job_id text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, abstraction_id),
  UNIQUE (tenant_id, job_id),  -- However often a job is tried, it makes one.
  FOREIGN KEY (tenant_id, recipe_id, recipe_version) REFERENCES abstraction.recipes
);
CREATE INDEX abstractions_newest ON abstraction.abstractions (tenant_id, create_time DESC);

ALTER TABLE abstraction.recipes ENABLE ROW LEVEL SECURITY;
ALTER TABLE abstraction.recipes FORCE ROW LEVEL SECURITY;
ALTER TABLE abstraction.abstractions ENABLE ROW LEVEL SECURITY;
ALTER TABLE abstraction.abstractions FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON abstraction.recipes TO oboro_abstraction
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON abstraction.abstractions TO oboro_abstraction
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

GRANT SELECT, INSERT ON abstraction.recipes TO oboro_abstraction;
GRANT SELECT, INSERT ON abstraction.abstractions TO oboro_abstraction;

COMMIT;
