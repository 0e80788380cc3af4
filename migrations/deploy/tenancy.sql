-- Who is on the instance and what each may use. Written by tenancy alone; the directory role reads what
-- resolving a caller and leasing a job need.
BEGIN;

CREATE TABLE tenancy.tenants (
  tenant_id text PRIMARY KEY CHECK (tenant_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  municipality_code text NOT NULL CHECK (municipality_code ~ '^[0-9]{6}$'),
  display_name text NOT NULL CHECK (display_name <> ''),
  population bigint NOT NULL CHECK (population >= 0),
  state text NOT NULL DEFAULT 'ACTIVE' CHECK (state IN ('ACTIVE', 'SUSPENDED', 'SEALED', 'SHREDDED')),
  create_time timestamptz NOT NULL
);
-- The one unique key that tenant_id does not lead: only 運営 inserts here, and 運営 sees every tenant.
CREATE UNIQUE INDEX tenants_municipality_code ON tenancy.tenants (municipality_code) WHERE state <> 'SHREDDED';

CREATE TABLE tenancy.departments (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  department_id text NOT NULL CHECK (department_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  display_name text NOT NULL CHECK (display_name <> ''),
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, department_id)
);

-- One row for each role of a person; roles are never taken from a token's claims.
CREATE TABLE tenancy.members (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  member_id text NOT NULL CHECK (member_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  issuer text NOT NULL CHECK (issuer <> ''),
  subject text NOT NULL CHECK (subject <> ''),
  role text NOT NULL CHECK (role IN ('ADMINISTRATOR', 'STEWARD', 'ANALYST', 'PRIVACY_OFFICER', 'AUDITOR')),
  department_id text,  -- NULL when of none.
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, member_id),
  UNIQUE NULLS NOT DISTINCT (tenant_id, issuer, subject, role, department_id),
  FOREIGN KEY (tenant_id, department_id) REFERENCES tenancy.departments
);
CREATE INDEX members_principal ON tenancy.members (issuer, subject);

-- 運営: belongs to no tenant. Rows are put here by deployment, as the owner, never by a service.
CREATE TABLE tenancy.operators (
  issuer text NOT NULL CHECK (issuer <> ''),
  subject text NOT NULL CHECK (subject <> ''),
  PRIMARY KEY (issuer, subject)
);

CREATE TABLE tenancy.policies (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  policy_id text NOT NULL CHECK (policy_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  version integer NOT NULL CHECK (version > 0),
  document text NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, policy_id, version)
);

CREATE TABLE tenancy.quotas (
  tenant_id text PRIMARY KEY REFERENCES tenancy.tenants,
  bytes bigint NOT NULL CHECK (bytes >= 0),
  rows bigint NOT NULL CHECK (rows >= 0),
  concurrent_jobs integer NOT NULL CHECK (concurrent_jobs >= 0)
);

-- Running jobs are not counted here: jobs.jobs knows them.
CREATE TABLE tenancy.usage (
  tenant_id text PRIMARY KEY REFERENCES tenancy.tenants,
  bytes bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0),
  rows bigint NOT NULL DEFAULT 0 CHECK (rows >= 0),
  worker_seconds double precision NOT NULL DEFAULT 0 CHECK (worker_seconds >= 0)
);

ALTER TABLE tenancy.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.departments ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.departments FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.members ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.members FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.operators ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.operators FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.policies FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.quotas ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.quotas FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.usage FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON tenancy.tenants TO oboro_tenancy
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON tenancy.departments TO oboro_tenancy, oboro_upload
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON tenancy.members TO oboro_tenancy
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON tenancy.policies TO oboro_tenancy
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON tenancy.quotas
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON tenancy.usage
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

CREATE POLICY directory ON tenancy.tenants FOR SELECT TO oboro_directory USING (true);
CREATE POLICY directory ON tenancy.members FOR SELECT TO oboro_directory USING (true);
CREATE POLICY directory ON tenancy.operators FOR SELECT TO oboro_directory USING (true);
CREATE POLICY directory ON tenancy.quotas FOR SELECT TO oboro_directory USING (true);
CREATE POLICY directory ON tenancy.usage FOR SELECT TO oboro_directory USING (true);
CREATE POLICY owner_writes ON tenancy.operators TO oboro_owner USING (true) WITH CHECK (true);

GRANT SELECT, INSERT ON tenancy.tenants TO oboro_tenancy;
GRANT UPDATE (state, display_name, population) ON tenancy.tenants TO oboro_tenancy;
GRANT SELECT, INSERT ON tenancy.departments TO oboro_tenancy;
GRANT SELECT (tenant_id, department_id) ON tenancy.departments TO oboro_upload;
GRANT SELECT, INSERT, DELETE ON tenancy.members TO oboro_tenancy;
GRANT SELECT, INSERT ON tenancy.policies TO oboro_tenancy;
GRANT SELECT, INSERT, UPDATE (bytes, rows, concurrent_jobs) ON tenancy.quotas TO oboro_tenancy;
GRANT SELECT ON tenancy.quotas TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
GRANT INSERT ON tenancy.usage TO oboro_tenancy;
GRANT SELECT, UPDATE (bytes, rows, worker_seconds) ON tenancy.usage
  TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;

GRANT SELECT (tenant_id, municipality_code, display_name, population, state, create_time) ON tenancy.tenants
  TO oboro_directory;
GRANT SELECT (tenant_id, member_id, issuer, subject, role, department_id) ON tenancy.members TO oboro_directory;
GRANT SELECT (issuer, subject) ON tenancy.operators TO oboro_directory;
GRANT SELECT (tenant_id, bytes, rows, concurrent_jobs) ON tenancy.quotas TO oboro_directory;
GRANT SELECT (tenant_id, bytes, rows, worker_seconds) ON tenancy.usage TO oboro_directory;

COMMIT;
