-- How people look at statistics (views), and how statistics leave the house (releases, docs/releases.md).
BEGIN;

CREATE TABLE aggregation.views (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  view_id text NOT NULL CHECK (view_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  statistic_id text NOT NULL,
  display_name text NOT NULL CHECK (display_name <> ''),
  layout text NOT NULL CHECK (octet_length(layout) <= 65536),  -- The portal's, JSON.
  shared boolean NOT NULL,
  owner text NOT NULL CHECK (owner ~ '^user:.+#.+$'),
  update_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, view_id),
  FOREIGN KEY (tenant_id, statistic_id) REFERENCES aggregation.statistics
);
CREATE INDEX views_newest ON aggregation.views (tenant_id, update_time DESC);

CREATE TABLE aggregation.releases (
  tenant_id text NOT NULL REFERENCES tenancy.tenants,
  release_id text NOT NULL CHECK (release_id ~ '^[a-z][a-z0-9-]{0,62}$'),
  statistic_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('REQUESTED', 'APPROVED', 'REJECTED', 'PUBLISHED', 'WITHDRAWN')),
  requester text NOT NULL CHECK (requester ~ '^user:.+#.+$'),
  author text NOT NULL,  -- Who made the statistic.
  reviewer text,
  request_id text NOT NULL DEFAULT '',
  create_time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, release_id),
  FOREIGN KEY (tenant_id, statistic_id) REFERENCES aggregation.statistics,
  -- Two pairs of eyes, whatever the code does: no review by who asked or who made it, no way past a review.
  CONSTRAINT reviewer_is_another CHECK (reviewer <> requester AND reviewer <> author),
  CONSTRAINT nothing_without_review CHECK (reviewer IS NOT NULL OR state IN ('REQUESTED', 'WITHDRAWN'))
);
CREATE UNIQUE INDEX releases_request ON aggregation.releases (tenant_id, request_id) WHERE request_id <> '';
-- A statistic is on one way out at a time: what one reviewer rejected is not approved beside it.
CREATE UNIQUE INDEX releases_under_way ON aggregation.releases (tenant_id, statistic_id)
  WHERE state IN ('REQUESTED', 'APPROVED', 'PUBLISHED');
CREATE INDEX releases_newest ON aggregation.releases (tenant_id, create_time DESC);

-- Every step that a release took, never changed.
CREATE TABLE aggregation.release_steps (
  tenant_id text NOT NULL,
  release_id text NOT NULL,
  step integer NOT NULL CHECK (step > 0),
  state text NOT NULL CHECK (state IN ('REQUESTED', 'APPROVED', 'REJECTED', 'PUBLISHED', 'WITHDRAWN')),
  actor text NOT NULL CHECK (actor ~ '^user:.+#.+$'),
  reason text NOT NULL CHECK (reason <> '' OR state IN ('APPROVED', 'PUBLISHED')),
  time timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, release_id, step),
  FOREIGN KEY (tenant_id, release_id) REFERENCES aggregation.releases
);

ALTER TABLE aggregation.views ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregation.views FORCE ROW LEVEL SECURITY;
ALTER TABLE aggregation.releases ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregation.releases FORCE ROW LEVEL SECURITY;
ALTER TABLE aggregation.release_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregation.release_steps FORCE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON aggregation.views TO oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON aggregation.releases TO oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));
CREATE POLICY own_tenant ON aggregation.release_steps TO oboro_aggregation
  USING (tenant_id = nullif(current_setting('oboro.tenant', true), ''));

GRANT SELECT, INSERT, UPDATE (display_name, layout, shared, update_time), DELETE ON aggregation.views
  TO oboro_aggregation;
GRANT SELECT, INSERT, UPDATE (state, reviewer) ON aggregation.releases TO oboro_aggregation;
GRANT SELECT, INSERT ON aggregation.release_steps TO oboro_aggregation;

COMMIT;
