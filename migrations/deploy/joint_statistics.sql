-- Statistics that several tenants make together (docs/adr/0026-joint-statistics.md). Each participant has a copy of its
-- own: the proposal, its own answer, and the table once it is made, encrypted under a data key of its own.
BEGIN;

CREATE TABLE aggregation.joint_statistics (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  joint_id text NOT NULL CHECK (joint_id ~ '^[a-z][a-z0-9-]{0,62}$'),  -- The same in every copy.
  proposer_code text NOT NULL CHECK (proposer_code ~ '^[0-9]{6}$'),
  proposal jsonb NOT NULL,  -- The same in every copy: titles, columns, municipality codes.
  request_id text NOT NULL DEFAULT '',  -- The proposer's.
  state text NOT NULL DEFAULT 'PROPOSED' CHECK (state IN ('PROPOSED', 'MADE')),
  answer text NOT NULL DEFAULT 'WAITING' CHECK (answer IN ('WAITING', 'CONSENTED', 'DECLINED', 'WITHDRAWN')),
  actor text NOT NULL DEFAULT '' CHECK (actor = '' OR actor ~ '^user:.+#.+$'),  -- Who answered.
  abstraction text NOT NULL DEFAULT '',  -- For which this tenant consented.
  verdict text NOT NULL DEFAULT '',
  dataset text NOT NULL DEFAULT '' CHECK (dataset = '' OR dataset ~ '^tenants/[a-z0-9-]+/datasets/[a-z0-9-]+$'),
  reference_date date NOT NULL,
  participants jsonb NOT NULL DEFAULT '[]',  -- Once made: [{code, reference_date, policy_version, min_count}].
  cells bigint NOT NULL DEFAULT 0 CHECK (cells >= 0),
  suppressed bigint NOT NULL DEFAULT 0 CHECK (suppressed BETWEEN 0 AND cells),
  engine_version text NOT NULL DEFAULT '',
  method text NOT NULL DEFAULT '',
  object_id text NOT NULL DEFAULT '',  -- Under whose data key the two that follow are encrypted.
  sealed bytea NOT NULL DEFAULT '',
  ledger bytea NOT NULL DEFAULT '',    -- What this tenant's part shows and hides, as of its own statistics.
  job_id text NOT NULL DEFAULT '',
  create_time timestamptz NOT NULL,
  make_time timestamptz,
  PRIMARY KEY (tenant_id, joint_id),
  -- Nothing is made of what nobody consented to, whatever the code does.
  CONSTRAINT answer_by_somebody CHECK ((answer = 'WAITING') = (actor = '')),
  CONSTRAINT consent_for_something CHECK (answer <> 'CONSENTED' OR (abstraction <> '' AND verdict <> '' AND dataset <> '')),
  CONSTRAINT made_by_consent CHECK (state <> 'MADE' OR answer = 'CONSENTED'),
  CONSTRAINT made_whole CHECK ((state = 'MADE') = (make_time IS NOT NULL)
    AND (state = 'MADE') = (octet_length(sealed) > 0) AND (state = 'MADE') = (octet_length(ledger) > 0))
);
CREATE UNIQUE INDEX joint_statistics_request ON aggregation.joint_statistics (tenant_id, request_id)
  WHERE request_id <> '';
CREATE INDEX joint_statistics_newest ON aggregation.joint_statistics (tenant_id, create_time DESC);
CREATE INDEX joint_statistics_of_dataset ON aggregation.joint_statistics (tenant_id, dataset) WHERE state = 'MADE';

ALTER TABLE aggregation.joint_statistics ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregation.joint_statistics FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON aggregation.joint_statistics TO oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

-- Neither the proposal nor who proposed ever changes, and nothing is removed.
GRANT SELECT, INSERT ON aggregation.joint_statistics TO oboro_aggregation;
GRANT UPDATE (state, answer, actor, abstraction, verdict, dataset, participants, cells, suppressed, engine_version,
              method, object_id, sealed, ledger, job_id, make_time)
  ON aggregation.joint_statistics TO oboro_aggregation;

COMMIT;
