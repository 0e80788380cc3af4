BEGIN;
ALTER TABLE verification.verdicts DROP COLUMN dataset;
DROP INDEX tenancy.audit_events_dataset, tenancy.audit_events_time, tenancy.audit_events_resource,
           tenancy.audit_events_actor, tenancy.audit_events_action;
ALTER TABLE tenancy.audit_events DROP COLUMN dataset;
COMMIT;
