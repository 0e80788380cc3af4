-- Findings are settled by the steward: where they stand, what was decided and why, never a value of a record. How files
-- of a dataset are read is saved as profiles.
BEGIN;

ALTER TABLE upload.datasets ADD COLUMN review_findings boolean NOT NULL DEFAULT false;

ALTER TABLE upload.snapshots ADD COLUMN profile text NOT NULL DEFAULT '';  -- JSON: as it was when it was chosen.
ALTER TABLE upload.snapshots ADD COLUMN open_findings bigint NOT NULL DEFAULT 0 CHECK (open_findings >= 0);
ALTER TABLE upload.snapshots ADD COLUMN excluded_records bigint NOT NULL DEFAULT 0 CHECK (excluded_records >= 0);
ALTER TABLE upload.snapshots DROP CONSTRAINT snapshots_state_check;
ALTER TABLE upload.snapshots ADD CONSTRAINT snapshots_state_check CHECK (state IN
  ('OPEN', 'CHECKING', 'REVIEW', 'ACCEPTED', 'REFUSED', 'RETURNED', 'DESTROYED'));
ALTER TABLE upload.snapshots ADD CONSTRAINT snapshots_open_in_review CHECK (open_findings = 0 OR state = 'REVIEW');

-- Where the findings of one rule in one column stand: ascending record numbers, each as the distance from the one
-- before in LEB128 (services/upload/review/positions.h).
CREATE TABLE upload.finding_positions (
  tenant_id text NOT NULL,
  snapshot_id text NOT NULL,
  rule text NOT NULL CHECK (rule ~ '^[A-Z][A-Z0-9_]*$'),
  column_name text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('ERROR', 'ALERT')),
  count bigint NOT NULL CHECK (count > 0),
  positions bytea NOT NULL,
  PRIMARY KEY (tenant_id, snapshot_id, rule, column_name),
  FOREIGN KEY (tenant_id, snapshot_id) REFERENCES upload.snapshots
);

-- Decisions in their order; a later one about the same finding replaces the earlier.
CREATE TABLE upload.settlements (
  tenant_id text NOT NULL,
  snapshot_id text NOT NULL,
  sequence integer NOT NULL CHECK (sequence > 0),
  settlement text NOT NULL CHECK (settlement IN ('ACCEPTED', 'EXCLUDED', 'RETURNED')),
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  rule text NOT NULL DEFAULT '',  -- Empty: findings of every rule.
  positions bytea,                -- NULL: of every record.
  settled bigint NOT NULL CHECK (settled > 0),
  actor text NOT NULL CHECK (actor <> ''),
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, snapshot_id, sequence),
  FOREIGN KEY (tenant_id, snapshot_id) REFERENCES upload.snapshots
);

CREATE TABLE upload.profiles (
  tenant_id text NOT NULL,
  dataset_id text NOT NULL,
  profile_id text NOT NULL CHECK (profile_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  display_name text NOT NULL CHECK (display_name <> ''),
  document text NOT NULL,  -- JSON: encoding, delimiter, columns, codes (services/civic/layout/table_profile.h).
  update_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, dataset_id, profile_id),
  FOREIGN KEY (tenant_id, dataset_id) REFERENCES upload.datasets
);

ALTER TABLE upload.finding_positions ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload.finding_positions FORCE ROW LEVEL SECURITY;
ALTER TABLE upload.settlements ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload.settlements FORCE ROW LEVEL SECURITY;
ALTER TABLE upload.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload.profiles FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON upload.finding_positions TO oboro_upload
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON upload.settlements TO oboro_upload
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON upload.profiles TO oboro_upload
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

GRANT UPDATE (review_findings) ON upload.datasets TO oboro_upload;
GRANT UPDATE (open_findings, excluded_records) ON upload.snapshots TO oboro_upload;
GRANT SELECT, INSERT, DELETE ON upload.finding_positions TO oboro_upload;
GRANT SELECT, INSERT ON upload.settlements TO oboro_upload;  -- A decision is never taken out of the book.
GRANT SELECT, INSERT, DELETE, UPDATE (display_name, document, update_time) ON upload.profiles TO oboro_upload;

COMMIT;
