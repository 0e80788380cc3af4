-- What must hold of the catalogue whatever tables come: each test lists the offenders, and there are none.
BEGIN;
SET search_path = tap, pg_catalog;
SET LOCAL client_min_messages = warning;
SELECT no_plan();

SELECT is_empty($$
  SELECT name FROM tap.our_tables WHERE relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)
$$, 'every table has row-level security, forced');

SELECT is_empty($$
  SELECT name FROM tap.our_tables t WHERE relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid)
$$, 'every table has a policy');

SELECT is_empty($$
  SELECT name FROM tap.our_tables WHERE relkind IN ('r', 'p') AND NOT of_tenants
    AND name NOT IN ('tenancy.operators', 'tenancy.schema_version')
$$, 'every table is of tenants, but for the two that are of the instance');

SELECT is_empty($$
  SELECT t.name FROM tap.our_tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id'
   WHERE t.relkind IN ('r', 'p') AND (NOT a.attnotnull OR a.atttypid <> 'text'::regtype)
$$, 'tenant_id is text and never NULL');

-- Each policy of a tenant table asks for the tenant, with nullif; only the directory's read all.
SELECT is_empty($$
  SELECT t.name, p.polname FROM tap.our_tables t JOIN pg_policy p ON p.polrelid = t.oid
   WHERE t.of_tenants
     AND NOT (p.polcmd = 'r' AND p.polroles = ARRAY['oboro_directory'::regrole::oid])
     AND (coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
            NOT LIKE '%(tenant_id = NULLIF(current_setting(''oboro.tenant''::text, true), ''''::text))%'
          OR coalesce(pg_get_expr(p.polwithcheck, p.polrelid), pg_get_expr(p.polqual, p.polrelid))
            NOT LIKE '%(tenant_id = NULLIF(current_setting(''oboro.tenant''::text, true), ''''::text))%')
$$, 'every policy asks for the tenant, in reading and in writing');

SELECT is_empty($$
  SELECT t.name, p.polname FROM tap.our_tables t JOIN pg_policy p ON p.polrelid = t.oid
   WHERE 0 = ANY (p.polroles) OR NOT p.polpermissive
$$, 'every policy names its roles and none is PUBLIC');

SELECT is_empty($$
  SELECT t.name, i.indexrelid::regclass FROM tap.our_tables t JOIN pg_index i ON i.indrelid = t.oid
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
   WHERE t.of_tenants AND (i.indisunique OR i.indisexclusion) AND a.attname IS DISTINCT FROM 'tenant_id'
     AND i.indexrelid::regclass::text <> 'tenancy.tenants_municipality_code'
$$, 'tenant_id leads every unique key, but for the one that only 運営 writes to');

SELECT is_empty($$
  SELECT t.name FROM tap.our_tables t WHERE t.of_tenants AND t.relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
$$, 'every tenant table has a primary key');

SELECT is_empty($$
  SELECT t.name, c.conname FROM tap.our_tables t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f'
    LEFT JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    LEFT JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
   WHERE t.of_tenants AND (a.attname IS DISTINCT FROM 'tenant_id' OR b.attname IS DISTINCT FROM 'tenant_id')
$$, 'tenant_id leads every foreign key on both sides');

SELECT is_empty($$
  SELECT t.name FROM tap.our_tables t WHERE t.of_tenants AND t.relkind IN ('r', 'p') AND t.name <> 'tenancy.tenants'
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'f')
$$, 'every tenant table hangs on a tenant');

SELECT is_empty($$
  SELECT name FROM tap.our_tables WHERE relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
$$, 'every view is security_invoker');

SELECT is_empty($$
  SELECT name FROM tap.our_tables WHERE relkind IN ('m', 'f')
$$, 'no materialised view and no foreign table: neither knows row-level security');

SELECT is_empty($$
  SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
     AND NOT EXISTS (SELECT FROM unnest(p.proconfig) setting WHERE setting LIKE 'search_path=%')
$$, 'every SECURITY DEFINER function sets its search_path');

SELECT is_empty($$
  SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname IN ('tenancy', 'jobs', 'upload', 'abstraction', 'verification', 'aggregation', 'public')
     AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g WHERE g.grantee = 0)
$$, 'no function is for PUBLIC');

SELECT is_empty($$
  SELECT t.name, g.privilege_type FROM tap.our_tables t JOIN pg_class c ON c.oid = t.oid,
         aclexplode(c.relacl) g WHERE g.grantee = 0
  UNION ALL
  SELECT t.name || '.' || a.attname, g.privilege_type FROM tap.our_tables t
    JOIN pg_attribute a ON a.attrelid = t.oid, aclexplode(a.attacl) g WHERE g.grantee = 0
  UNION ALL
  SELECT n.nspname, g.privilege_type FROM pg_namespace n, aclexplode(n.nspacl) g
   WHERE g.grantee = 0 AND n.nspname IN ('tenancy', 'jobs', 'upload', 'abstraction', 'verification', 'aggregation')
  UNION ALL
  SELECT d.datname, g.privilege_type FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) g
   WHERE g.grantee = 0 AND d.datname = 'oboro'
  UNION ALL
  SELECT 'default privileges', g.privilege_type FROM pg_default_acl d, aclexplode(d.defaclacl) g WHERE g.grantee = 0
$$, 'nothing is granted to PUBLIC');

SELECT is_empty($$
  SELECT t.name, r.role FROM tap.our_tables t, tap.our_roles r
   WHERE t.of_tenants AND has_column_privilege(r.role, t.oid, 'tenant_id', 'UPDATE')
$$, 'no role can move a row to another tenant');

SELECT is_empty($$
  SELECT t.name, r.role, p FROM tap.our_tables t, tap.our_roles r, unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) p
   WHERE has_table_privilege(r.role, t.oid, p)
$$, 'no role can empty a table, refer to it or hang a trigger on it');

SELECT is_empty($$
  SELECT name, owner FROM tap.our_tables WHERE owner <> 'oboro_owner' AND schema <> 'public'
  UNION ALL
  SELECT nspname, nspowner::regrole::text FROM pg_namespace
   WHERE nspname IN ('tenancy', 'jobs', 'upload', 'abstraction', 'verification', 'aggregation')
     AND nspowner <> 'oboro_owner'::regrole
$$, 'oboro_owner owns everything');

SELECT is_empty($$
  SELECT rolname FROM pg_roles WHERE rolname LIKE 'oboro\_%'
    AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit)
$$, 'no role of ours is a superuser, passes by row-level security, makes roles or inherits');

SELECT is_empty($$
  SELECT m.roleid::regrole, m.member::regrole FROM pg_auth_members m
   WHERE m.member::regrole::text LIKE 'oboro\_%'
     AND (m.roleid <> 'oboro_directory'::regrole OR m.admin_option OR m.member = 'oboro_owner'::regrole)
$$, 'services are members of oboro_directory and of nothing else');

SELECT ok(NOT rolcanlogin, 'nobody logs in as oboro_directory') FROM pg_roles WHERE rolname = 'oboro_directory';
SELECT is_empty('SELECT FROM pg_authid WHERE rolpassword IS NOT NULL', 'no role has a password');

-- The other tests are only as good as their rows.
CREATE FUNCTION tap.tables_without_rows() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  t record;
  tenants bigint;
BEGIN
  FOR t IN SELECT * FROM tap.our_tables WHERE of_tenants AND relkind IN ('r', 'p') LOOP
    EXECUTE format('SELECT count(DISTINCT tenant_id) FROM %s', t.name) INTO tenants;
    IF tenants < 2 THEN RETURN NEXT t.name; END IF;
  END LOOP;
END
$$;
SELECT is_empty('SELECT tap.tables_without_rows()', 'fixture.sql has rows of two tenants in every table');

SELECT * FROM finish();
ROLLBACK;
