REVOKE INSERT ON tenancy.audit_events FROM oboro_upload;
