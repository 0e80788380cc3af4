-- Who did what, chained by hash per tenant (docs/audit.md). Events and heads can be added and read; no role
-- but a superuser can change or remove one, and then the chain tells.
BEGIN;

CREATE TABLE tenancy.audit_chains (
  tenant_id text PRIMARY KEY REFERENCES tenancy.tenants,
  sequence bigint NOT NULL CHECK (sequence >= 0),  -- Of the last event.
  hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);

CREATE TABLE tenancy.audit_events (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  sequence bigint NOT NULL CHECK (sequence > 0),
  time timestamptz NOT NULL,
  actor text NOT NULL CHECK (actor ~ '^(user:.+#.+|service:[a-z]+)$'),
  action text NOT NULL CHECK (action ~ '^[A-Z][A-Z0-9_]*$'),
  resource text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('OK', 'REFUSED', 'FAILED')),
  detail text NOT NULL,  -- Canonical JSON: text, since the hash is over its bytes.
  previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (tenant_id, sequence)
);

CREATE TABLE tenancy.audit_heads (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  sequence bigint NOT NULL CHECK (sequence > 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  time timestamptz NOT NULL,
  signature bytea NOT NULL CHECK (octet_length(signature) = 64),
  key_version integer NOT NULL CHECK (key_version > 0),
  PRIMARY KEY (tenant_id, sequence)
);

ALTER TABLE tenancy.audit_chains ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.audit_chains FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.audit_events FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.audit_heads FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON tenancy.audit_chains
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON tenancy.audit_events FOR INSERT
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation
  WITH CHECK (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant_reads ON tenancy.audit_events FOR SELECT TO oboro_tenancy
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON tenancy.audit_heads FOR INSERT TO oboro_tenancy
  WITH CHECK (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant_reads ON tenancy.audit_heads FOR SELECT TO oboro_tenancy
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

GRANT INSERT ON tenancy.audit_chains TO oboro_tenancy;
GRANT SELECT, UPDATE (sequence, hash) ON tenancy.audit_chains
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
GRANT INSERT ON tenancy.audit_events
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
GRANT SELECT ON tenancy.audit_events TO oboro_tenancy;
GRANT SELECT, INSERT ON tenancy.audit_heads TO oboro_tenancy;

COMMIT;
