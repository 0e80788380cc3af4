-- The roles of the cluster: run by its superuser before the migrations and at every upgrade; states
-- what holds, whatever held before. No role has a password: who connects is the client certificate's CN.
SET client_min_messages = warning;

DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['oboro_owner', 'oboro_directory', 'oboro_tenancy', 'oboro_upload',
                                   'oboro_abstraction', 'oboro_verification', 'oboro_aggregation'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I', role_name);
    END IF;
    EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS '
                   'NOINHERIT LOGIN PASSWORD NULL', role_name);
  END LOOP;
END
$$;

-- Owns every object and is used by migrations only.
ALTER ROLE oboro_owner CONNECTION LIMIT 4;

-- Sees the heads of all tenants, never content. A service must ask for it (SET LOCAL ROLE): were the
-- services to INHERIT it, its policies would apply to their every statement.
ALTER ROLE oboro_directory NOLOGIN;
DO $$
DECLARE
  membership record;
BEGIN
  FOR membership IN
    SELECT g.rolname AS granted, m.rolname AS member
      FROM pg_catalog.pg_auth_members a
      JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
      JOIN pg_catalog.pg_roles m ON m.oid = a.member
     WHERE m.rolname LIKE 'oboro\_%' AND g.rolname <> 'oboro_directory' LOOP
    EXECUTE format('REVOKE %I FROM %I', membership.granted, membership.member);
  END LOOP;
END
$$;
GRANT oboro_directory TO oboro_tenancy, oboro_upload, oboro_abstraction, oboro_verification, oboro_aggregation;
