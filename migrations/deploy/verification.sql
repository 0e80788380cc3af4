-- Signed verdicts. The document is what was signed; the columns repeat of it what lists and other services ask.
BEGIN;

CREATE TABLE verification.verdicts (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  verdict_id text NOT NULL CHECK (verdict_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  abstraction text NOT NULL,  -- tenants/*/abstractions/*
  object_digest bytea NOT NULL CHECK (octet_length(object_digest) = 32),
  policy text NOT NULL,       -- tenants/*/policies/*
  policy_version integer NOT NULL,
  policy_digest bytea NOT NULL CHECK (octet_length(policy_digest) = 32),
  recipe text NOT NULL,       -- tenants/*/recipes/*
  recipe_version integer NOT NULL,
  recipe_digest bytea NOT NULL CHECK (octet_length(recipe_digest) = 32),
  engine_version text NOT NULL,
  internal_outcome text CHECK (internal_outcome IN ('PASS', 'WARN', 'REFUSE')),  -- NULL: the policy names no such tier.
  joint_outcome text CHECK (joint_outcome IN ('PASS', 'WARN', 'REFUSE')),
  public_outcome text CHECK (public_outcome IN ('PASS', 'WARN', 'REFUSE')),
  document text NOT NULL,     -- Canonical JSON, figures and rules included.
  signature bytea NOT NULL CHECK (octet_length(signature) = 64),
  key_version integer NOT NULL CHECK (key_version > 0),
  job_id text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, verdict_id),
  UNIQUE (tenant_id, job_id)
);
CREATE INDEX verdicts_newest ON verification.verdicts (tenant_id, create_time DESC);

ALTER TABLE verification.verdicts ENABLE ROW LEVEL SECURITY;
ALTER TABLE verification.verdicts FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON verification.verdicts TO oboro_verification
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

GRANT SELECT, INSERT ON verification.verdicts TO oboro_verification;

COMMIT;
