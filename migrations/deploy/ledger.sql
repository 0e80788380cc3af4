-- The ledger: all that was ever made of a dataset, with which each new statistic is attacked before it is stored
-- (docs/methods.md).
BEGIN;

-- Several tables of one abstraction are attacked together from now on. `ledger` is what a statistic shows and hides,
-- without a figure, encrypted under the data key of its object.
ALTER TABLE aggregation.statistics
  DROP CONSTRAINT one_table_per_abstraction,
  ADD COLUMN ledger bytea NOT NULL DEFAULT '';
CREATE INDEX statistics_of_abstraction ON aggregation.statistics (tenant_id, abstraction);

-- The ledger's version. Who attacked a statistic together with version n stores it only while the version is n: of two
-- at once one is attacked again together with the other.
CREATE TABLE aggregation.ledger (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  dataset text NOT NULL CHECK (dataset ~ '^tenants/[a-z0-9-]+/datasets/[a-z0-9-]+$'),
  version bigint NOT NULL CHECK (version > 0),
  update_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, dataset)
);

-- What the ledger refused: a refusal tells something too, so that they are counted for each person.
CREATE TABLE aggregation.ledger_refusals (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  job_id text NOT NULL CHECK (job_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  actor text NOT NULL CHECK (actor ~ '^user:.+#.+$'),
  dataset text NOT NULL CHECK (dataset ~ '^tenants/[a-z0-9-]+/datasets/[a-z0-9-]+$'),
  because text NOT NULL,  -- Earlier statistics, for 個人情報保護.
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, job_id)
);
CREATE INDEX ledger_refusals_of_actor ON aggregation.ledger_refusals (tenant_id, actor, create_time DESC);

ALTER TABLE aggregation.ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregation.ledger FORCE ROW LEVEL SECURITY;
ALTER TABLE aggregation.ledger_refusals ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregation.ledger_refusals FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON aggregation.ledger TO oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON aggregation.ledger_refusals TO oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

-- Nothing is forgotten: no DELETE.
GRANT SELECT, INSERT, UPDATE (version, update_time) ON aggregation.ledger TO oboro_aggregation;
GRANT SELECT, INSERT ON aggregation.ledger_refusals TO oboro_aggregation;

COMMIT;
