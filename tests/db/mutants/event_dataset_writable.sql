ALTER TABLE tenancy.audit_events ALTER COLUMN dataset DROP EXPRESSION;
