-- Finding events: of an action, an actor, a time, a resource and what is below it, and of all that was done with one
-- dataset and with what was made of it. `dataset` is computed from the event's own bytes, so it cannot say otherwise
-- than what the chain's hash is over. A column and not an expression: row-level security keeps expressions that might
-- leak from using an index.
BEGIN;

ALTER TABLE tenancy.audit_events ADD COLUMN dataset text GENERATED ALWAYS AS (
  coalesce(substring(resource FROM '^(tenants/[a-z0-9-]+/datasets/[a-z0-9-]+)(?:/|$)'),
           substring(detail FROM '"dataset":"(tenants/[a-z0-9-]+/datasets/[a-z0-9-]+)"'))) STORED;

CREATE INDEX audit_events_action ON tenancy.audit_events (tenant_id, action, sequence);
CREATE INDEX audit_events_actor ON tenancy.audit_events (tenant_id, actor, sequence);
CREATE INDEX audit_events_resource ON tenancy.audit_events (tenant_id, resource text_pattern_ops, sequence);
CREATE INDEX audit_events_time ON tenancy.audit_events (tenant_id, time, sequence);
CREATE INDEX audit_events_dataset ON tenancy.audit_events (tenant_id, dataset, sequence) WHERE dataset IS NOT NULL;

-- Of which dataset a verdict is: for the events of those who read it. Empty for verdicts made before.
ALTER TABLE verification.verdicts ADD COLUMN dataset text NOT NULL DEFAULT '';

COMMIT;
