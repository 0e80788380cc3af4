-- What colleagues call a member. A personal value: it stands in this column alone, no event or log repeats it, and the
-- directory role, which sees every tenant, does not read it.
BEGIN;
ALTER TABLE tenancy.members ADD COLUMN display_name text NOT NULL DEFAULT ''  -- Empty: the subject stands in its place.
  CHECK (char_length(display_name) <= 100 AND display_name !~ '[[:cntrl:]]');
GRANT UPDATE (display_name) ON tenancy.members TO oboro_tenancy;
COMMIT;
