CREATE TABLE upload.notes (tenant_id text NOT NULL REFERENCES tenancy.tenants, note text NOT NULL,
                           PRIMARY KEY (tenant_id, note));
ALTER TABLE upload.notes OWNER TO oboro_owner;
INSERT INTO upload.notes VALUES ('alpha', 'x'), ('beta', 'x');
