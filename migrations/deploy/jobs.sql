-- Long work. A row is what users see as an operation; a service sees the jobs of its own kinds only.
BEGIN;

CREATE TABLE jobs.jobs (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  job_id text NOT NULL CHECK (job_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  kind text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z_]+$'),  -- {service}.{work}
  state text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  stage text NOT NULL DEFAULT '',
  done bigint NOT NULL DEFAULT 0 CHECK (done >= 0),
  total bigint NOT NULL DEFAULT 0 CHECK (total >= 0),
  stages jsonb NOT NULL DEFAULT '[]',  -- [{stage, seconds, records, peak_memory_bytes}]
  actor text NOT NULL,                 -- Whose authority is checked again at every lease.
  permission text NOT NULL,
  target_name text NOT NULL,
  params jsonb NOT NULL,
  result_name text NOT NULL DEFAULT '',
  error jsonb,  -- {code, reason, message, message_ja, metadata}
  request_id text NOT NULL DEFAULT '',
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),  -- Raised by every lease: what a late worker is told by.
  failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),  -- Attempts that failed or died; not those handed back.
  lease_owner text,
  lease_expires timestamptz,
  not_before timestamptz NOT NULL,  -- Back-off after a failed attempt.
  cancel_requested boolean NOT NULL DEFAULT false,
  create_time timestamptz NOT NULL,
  start_time timestamptz,  -- Of the last attempt.
  end_time timestamptz,
  PRIMARY KEY (tenant_id, job_id),
  CHECK ((state = 'RUNNING') = (lease_owner IS NOT NULL)),
  CHECK ((lease_owner IS NULL) = (lease_expires IS NULL)),
  CHECK ((state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (end_time IS NOT NULL)),
  CHECK ((state = 'FAILED') = (error IS NOT NULL))
);
CREATE UNIQUE INDEX jobs_request ON jobs.jobs (tenant_id, kind, request_id) WHERE request_id <> '';
CREATE INDEX jobs_unfinished ON jobs.jobs (kind, create_time) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX jobs_newest ON jobs.jobs (tenant_id, create_time DESC, job_id);

-- Every lease of a tenant's job moves its lane on, so that two workers that lease at one time cannot both
-- count the same free slot: the second one's transaction fails and is retried.
CREATE TABLE jobs.lanes (
  tenant_id text PRIMARY KEY REFERENCES tenancy.tenants,
  leases bigint NOT NULL DEFAULT 0
);

ALTER TABLE jobs.jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.jobs FORCE ROW LEVEL SECURITY;
ALTER TABLE jobs.lanes ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.lanes FORCE ROW LEVEL SECURITY;

CREATE POLICY own_kinds ON jobs.jobs TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), '')
         AND split_part(kind, '.', 1) = substr(current_user::text, 7));
-- The heads of a tenant's running jobs of other kinds count against its quota.
CREATE POLICY running_heads ON jobs.jobs FOR SELECT
  TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), '') AND state = 'RUNNING');
CREATE POLICY operations_read ON jobs.jobs FOR SELECT TO oboro_tenancy
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY operations_cancel ON jobs.jobs FOR UPDATE TO oboro_tenancy
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY directory ON jobs.jobs FOR SELECT TO oboro_directory USING (true);
CREATE POLICY own_tenant ON jobs.lanes TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

GRANT SELECT, INSERT ON jobs.jobs TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
GRANT UPDATE (state, stage, done, total, stages, result_name, error, attempt, failures, lease_owner, lease_expires,
              not_before, cancel_requested, start_time, end_time)
  ON jobs.jobs TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
GRANT SELECT, UPDATE (cancel_requested) ON jobs.jobs TO oboro_tenancy;
GRANT SELECT (tenant_id, job_id, kind, state, attempt, lease_expires, not_before, cancel_requested, create_time)
  ON jobs.jobs TO oboro_directory;
GRANT SELECT, INSERT, UPDATE (leases) ON jobs.lanes
  TO oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;

COMMIT;
