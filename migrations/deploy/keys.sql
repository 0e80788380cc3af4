-- Keys as rows: versions and states of what lies in the token, and secrets only wrapped.
BEGIN;

-- Versions of the key-encryption key under which something may still be wrapped. Rotation ends by deleting
-- the old version, which the foreign keys refuse while any secret, even of a transaction still running,
-- hangs on it: only then is the key destroyed in the token.
CREATE TABLE tenancy.wrapping_keys (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  version integer NOT NULL CHECK (version > 0),
  PRIMARY KEY (tenant_id, version)
);

CREATE TABLE tenancy.keys (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  purpose text NOT NULL CHECK (purpose IN ('KEY_ENCRYPTION', 'SIGNING', 'PSEUDONYM')),
  version integer NOT NULL CHECK (version > 0),
  state text NOT NULL CHECK (state IN ('PRIMARY', 'RETIRED', 'DESTROYED')),
  wrapped bytea,        -- The pseudonym key, until it is destroyed.
  kek_version integer,  -- Under which it is wrapped.
  public_key bytea,     -- SubjectPublicKeyInfo (DER) of a signing key; outlives the key itself.
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, purpose, version),
  FOREIGN KEY (tenant_id, kek_version) REFERENCES tenancy.wrapping_keys,
  CHECK ((wrapped IS NULL) = (kek_version IS NULL)),
  CHECK ((wrapped IS NOT NULL) = (purpose = 'PSEUDONYM' AND state <> 'DESTROYED')),
  CHECK ((public_key IS NOT NULL) = (purpose = 'SIGNING'))
);
CREATE UNIQUE INDEX keys_one_primary ON tenancy.keys (tenant_id, purpose) WHERE state = 'PRIMARY';

-- One row for each object, from before its first byte until after its last is removed. PENDING: being made;
-- LIVE: visible; DESTROYED: the key is gone, the ciphertext may still have to be removed.
CREATE TABLE tenancy.data_keys (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  object_id text NOT NULL CHECK (object_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  state text NOT NULL CHECK (state IN ('PENDING', 'LIVE', 'DESTROYED')),
  service text NOT NULL DEFAULT substr(current_user::text, 7),  -- Whose object: oboro_{service}.
  job_id text,  -- The job that makes it; NULL when a resource of the service holds it while PENDING.
  kek_version integer,
  wrapped bytea,
  bytes bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0),
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, object_id),
  FOREIGN KEY (tenant_id, kek_version) REFERENCES tenancy.wrapping_keys,
  CHECK ((wrapped IS NULL) = (state = 'DESTROYED')),
  CHECK ((kek_version IS NULL) = (state = 'DESTROYED'))
);
CREATE INDEX data_keys_unsettled ON tenancy.data_keys (tenant_id, service) WHERE state <> 'LIVE';
CREATE INDEX data_keys_kek ON tenancy.data_keys (tenant_id, kek_version);

ALTER TABLE tenancy.wrapping_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.wrapping_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.keys FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.data_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.data_keys FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON tenancy.wrapping_keys TO oboro_tenancy
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON tenancy.keys
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON tenancy.data_keys TO oboro_tenancy
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_objects ON tenancy.data_keys
  TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), '') AND service = substr(current_user::text, 7));
-- The way of the data: each step may read what the one before it made, and nothing further back.
CREATE POLICY snapshots_in ON tenancy.data_keys FOR SELECT TO oboro_abstraction
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), '') AND service = 'upload' AND state = 'LIVE');
CREATE POLICY abstractions_in ON tenancy.data_keys FOR SELECT TO oboro_verification, oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), '') AND service = 'abstraction' AND state = 'LIVE');

GRANT SELECT, INSERT, DELETE ON tenancy.wrapping_keys TO oboro_tenancy;
GRANT SELECT, INSERT, UPDATE (state, wrapped, kek_version) ON tenancy.keys TO oboro_tenancy;
GRANT SELECT (tenant_id, purpose, version, state, public_key) ON tenancy.keys
  TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
-- Upload keys its digests with the pseudonym key, abstraction its link numbers; nobody else may have it.
GRANT SELECT (wrapped, kek_version) ON tenancy.keys TO oboro_upload, oboro_abstraction;
GRANT SELECT, DELETE, UPDATE (state, wrapped, kek_version) ON tenancy.data_keys TO oboro_tenancy;
GRANT SELECT, DELETE, UPDATE (state, wrapped, kek_version, bytes) ON tenancy.data_keys
  TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
-- Not `service`: it is who inserts.
GRANT INSERT (tenant_id, object_id, state, job_id, kek_version, wrapped, create_time) ON tenancy.data_keys
  TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;

COMMIT;
