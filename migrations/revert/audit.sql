BEGIN;
DROP TABLE tenancy.audit_heads, tenancy.audit_events, tenancy.audit_chains;
COMMIT;
