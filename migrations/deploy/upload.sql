-- Datasets and their snapshots. Records and the values shown in findings are encrypted objects; here are counts.
BEGIN;

CREATE TABLE upload.datasets (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  dataset_id text NOT NULL CHECK (dataset_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  display_name text NOT NULL CHECK (display_name <> ''),
  department_id text NOT NULL,
  schema text NOT NULL,  -- YAML of docs/layouts.md.
  retain_snapshots boolean NOT NULL DEFAULT false,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, dataset_id),
  FOREIGN KEY (tenant_id, department_id) REFERENCES tenancy.departments
);

CREATE TABLE upload.snapshots (
  tenant_id text NOT NULL,
  snapshot_id text NOT NULL CHECK (snapshot_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  dataset_id text NOT NULL,
  reference_date date NOT NULL,
  state text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'CHECKING', 'ACCEPTED', 'REFUSED', 'DESTROYED')),
  object_id text NOT NULL,                -- Of the encrypted records.
  committed_bytes bigint NOT NULL DEFAULT 0 CHECK (committed_bytes >= 0),  -- Plaintext that is durable.
  next_part integer NOT NULL DEFAULT 0 CHECK (next_part >= 0),
  next_chunk bigint NOT NULL DEFAULT 0 CHECK (next_chunk >= 0),
  writer_epoch bigint NOT NULL DEFAULT 0 CHECK (writer_epoch >= 0),  -- Raised by every call that takes the pen.
  schema text NOT NULL DEFAULT '',        -- As in force when it was completed.
  records bigint NOT NULL DEFAULT 0 CHECK (records >= 0),
  errors bigint NOT NULL DEFAULT 0 CHECK (errors >= 0),
  alerts bigint NOT NULL DEFAULT 0 CHECK (alerts >= 0),
  findings_object_id text,                -- Of the encrypted findings, once checked.
  keyed_digest bytea CHECK (octet_length(keyed_digest) = 32),
  refusal text NOT NULL DEFAULT '',       -- JSON: why the check refused it.
  operation text NOT NULL DEFAULT '',     -- The check's, tenants/*/operations/*.
  request_id text NOT NULL DEFAULT '',
  create_time timestamptz NOT NULL,
  complete_time timestamptz,
  PRIMARY KEY (tenant_id, snapshot_id),
  FOREIGN KEY (tenant_id, dataset_id) REFERENCES upload.datasets
);
CREATE UNIQUE INDEX snapshots_request ON upload.snapshots (tenant_id, dataset_id, request_id) WHERE request_id <> '';
CREATE INDEX snapshots_newest ON upload.snapshots (tenant_id, dataset_id, create_time DESC);

-- Parts of the object that are durable; a part that has no row does not count and is swept.
CREATE TABLE upload.snapshot_parts (
  tenant_id text NOT NULL,
  snapshot_id text NOT NULL,
  part integer NOT NULL CHECK (part >= 0),
  first_chunk bigint NOT NULL CHECK (first_chunk >= 0),
  chunks bigint NOT NULL CHECK (chunks > 0),
  bytes bigint NOT NULL CHECK (bytes >= 0),  -- Plaintext.
  PRIMARY KEY (tenant_id, snapshot_id, part),
  FOREIGN KEY (tenant_id, snapshot_id) REFERENCES upload.snapshots
);

CREATE TABLE upload.finding_counts (
  tenant_id text NOT NULL,
  snapshot_id text NOT NULL,
  rule text NOT NULL CHECK (rule ~ '^[A-Z][A-Z0-9_]*$'),
  severity text NOT NULL CHECK (severity IN ('ERROR', 'ALERT')),
  count bigint NOT NULL CHECK (count > 0),
  PRIMARY KEY (tenant_id, snapshot_id, rule, severity),
  FOREIGN KEY (tenant_id, snapshot_id) REFERENCES upload.snapshots
);

ALTER TABLE upload.datasets ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload.datasets FORCE ROW LEVEL SECURITY;
ALTER TABLE upload.snapshots ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload.snapshots FORCE ROW LEVEL SECURITY;
ALTER TABLE upload.snapshot_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload.snapshot_parts FORCE ROW LEVEL SECURITY;
ALTER TABLE upload.finding_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload.finding_counts FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON upload.datasets TO oboro_upload
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON upload.snapshots TO oboro_upload
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON upload.snapshot_parts TO oboro_upload
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON upload.finding_counts TO oboro_upload
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

GRANT SELECT, INSERT, UPDATE (display_name, schema, retain_snapshots) ON upload.datasets TO oboro_upload;
GRANT SELECT, INSERT ON upload.snapshots TO oboro_upload;
GRANT UPDATE (state, object_id, committed_bytes, next_part, next_chunk, writer_epoch, schema, records, errors, alerts,
              findings_object_id, keyed_digest, refusal, operation, complete_time)
  ON upload.snapshots TO oboro_upload;
GRANT SELECT, INSERT, UPDATE (chunks, bytes), DELETE ON upload.snapshot_parts TO oboro_upload;
GRANT SELECT, INSERT, DELETE ON upload.finding_counts TO oboro_upload;

COMMIT;
