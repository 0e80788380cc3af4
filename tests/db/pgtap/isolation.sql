-- Every role against every table, with two tenants: as tenant alpha nothing of beta is seen, changed, removed or added,
-- and without a tenant nothing at all; what a role may see of its own tenant it does see.
BEGIN;
SET search_path = tap, pg_catalog;
SET LOCAL client_min_messages = warning;
SELECT no_plan();

-- Runs a statement as a role for a tenant; answers rows or SQLSTATE.
CREATE FUNCTION tap.run_as(role text, tenant text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  touched bigint;
  outcome text;
BEGIN
  PERFORM set_config('oboro.tenant', tenant, true);
  EXECUTE format('SET LOCAL ROLE %I', role);
  BEGIN
    EXECUTE statement;
    GET DIAGNOSTICS touched = ROW_COUNT;
    outcome := touched || ' rows';
    RAISE SQLSTATE 'UNDO1';  -- Nothing that a probe does stays.
  EXCEPTION
    WHEN SQLSTATE 'UNDO1' THEN NULL;
    WHEN OTHERS THEN outcome := SQLSTATE;
  END;
  RESET ROLE;
  PERFORM set_config('oboro.tenant', '', true);
  RETURN outcome;
END
$$;

-- The columns of a table that a role has a right to, or NULL.
CREATE FUNCTION tap.columns_for(role text, relation oid, privilege text) RETURNS text[] LANGUAGE sql AS $$
  SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
   WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
     AND (a.attgenerated = '' OR privilege = 'SELECT')  -- Nobody writes what is computed.
     AND has_column_privilege(role, relation, a.attnum, privilege)
$$;

-- INSERT of beta's first row as it is, with the columns that the role may set.
CREATE FUNCTION tap.insert_of_beta(relation text, columns text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  row_of_beta jsonb;
BEGIN
  EXECUTE format('SELECT to_jsonb(t) FROM %s t WHERE tenant_id = ''beta'' ORDER BY t.* LIMIT 1', relation)
    INTO row_of_beta;
  RETURN (SELECT format('INSERT INTO %s (%s) VALUES (%s)', relation, string_agg(quote_ident(c), ', '),
                        string_agg(format('%L', row_of_beta ->> c), ', ')) FROM unnest(columns) c);
END
$$;

CREATE FUNCTION tap.probe(role text, relation oid, name text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  columns text[];
  changes text;
BEGIN
  columns := tap.columns_for(role, relation, 'SELECT');
  IF 'tenant_id' = ANY (columns) THEN
    IF role = 'oboro_directory' THEN
      RETURN NEXT isnt(tap.run_as(role, '', format('SELECT tenant_id FROM %s WHERE tenant_id = ''beta''', name)), '0 rows',
                       format('%s sees the heads of every tenant in %s', role, name));
    ELSE
      RETURN NEXT is(tap.run_as(role, 'alpha', format('SELECT tenant_id FROM %s WHERE tenant_id <> ''alpha''', name)),
                     '0 rows', format('%s as alpha sees nothing of beta in %s', role, name));
      RETURN NEXT is(tap.run_as(role, '', format('SELECT tenant_id FROM %s', name)), '0 rows',
                     format('%s without a tenant sees nothing in %s', role, name));
      RETURN NEXT isnt(tap.run_as(role, 'alpha', format('SELECT tenant_id FROM %s', name)), '0 rows',
                       format('%s as alpha sees alpha in %s', role, name));
    END IF;
  END IF;
  columns := tap.columns_for(role, relation, 'UPDATE');
  IF columns IS NOT NULL THEN
    changes := (SELECT string_agg(format('%1$I = %1$I', c), ', ') FROM unnest(columns) c);
    RETURN NEXT is(tap.run_as(role, 'alpha', format('UPDATE %s SET %s WHERE tenant_id = ''beta''', name, changes)),
                   '0 rows', format('%s as alpha changes nothing of beta in %s', role, name));
    RETURN NEXT is(tap.run_as(role, '', format('UPDATE %s SET %s', name, changes)), '0 rows',
                   format('%s without a tenant changes nothing in %s', role, name));
  END IF;
  IF has_table_privilege(role, relation, 'DELETE') THEN
    RETURN NEXT is(tap.run_as(role, 'alpha', format('DELETE FROM %s WHERE tenant_id = ''beta''', name)), '0 rows',
                   format('%s as alpha removes nothing of beta in %s', role, name));
    RETURN NEXT is(tap.run_as(role, '', format('DELETE FROM %s', name)), '0 rows',
                   format('%s without a tenant removes nothing in %s', role, name));
  END IF;
  columns := tap.columns_for(role, relation, 'INSERT');
  IF columns IS NOT NULL THEN
    -- 42501 is the policy; 23505 would mean that only the key was in the way, and tell that the row exists.
    RETURN NEXT is(tap.run_as(role, 'alpha', tap.insert_of_beta(name, columns)), '42501',
                   format('%s as alpha adds nothing to beta in %s', role, name));
    RETURN NEXT is(tap.run_as(role, '', tap.insert_of_beta(name, columns)), '42501',
                   format('%s without a tenant adds nothing to %s', role, name));
  END IF;
END
$$;

SELECT tap.probe(r.role, t.oid, t.name)
  FROM tap.our_tables t, tap.our_roles r
 WHERE t.of_tenants AND t.schema <> 'public' AND has_schema_privilege(r.role, t.schema, 'USAGE')
 ORDER BY t.name, r.role;

-- Within a tenant: a service and the rows of others.
SELECT is(tap.run_as('oboro_upload', 'alpha', 'SELECT FROM jobs.jobs'), '1 rows', 'upload sees jobs of its own kinds');
SELECT is(tap.run_as('oboro_tenancy', 'alpha', 'SELECT FROM jobs.jobs'), '4 rows', 'tenancy sees every operation');
SELECT is(tap.run_as('oboro_upload', 'alpha',
  $$INSERT INTO jobs.jobs (tenant_id, job_id, kind, actor, permission, target_name, params, not_before, create_time)
    VALUES ('alpha', 'j', 'abstraction.run', 'a', 'p', 't', '{}', now(), now())$$), '42501',
  'upload queues no job of another service');
SELECT is(tap.run_as('oboro_tenancy', 'alpha', $$UPDATE jobs.jobs SET state = 'FAILED'$$), '42501',
  'tenancy ends no job');
SELECT is(tap.run_as('oboro_upload', 'alpha', 'SELECT FROM tenancy.data_keys'), '2 rows',
  'upload reads the keys of its own objects only');
SELECT is(tap.run_as('oboro_abstraction', 'alpha', 'SELECT FROM tenancy.data_keys'), '3 rows',
  'abstraction reads its own and those of finished snapshots');
SELECT is(tap.run_as('oboro_verification', 'alpha', 'SELECT FROM tenancy.data_keys'), '3 rows',
  'verification reads its own and those of finished abstractions');
SELECT is(tap.run_as('oboro_aggregation', 'alpha', $$SELECT FROM tenancy.data_keys WHERE service = 'upload'$$), '0 rows',
  'aggregation reads no key of a snapshot');
SELECT is(tap.run_as('oboro_abstraction', 'alpha', $$UPDATE tenancy.data_keys SET bytes = 0 WHERE service = 'upload'$$),
  '0 rows', 'abstraction changes no key of a snapshot');
SELECT is(tap.run_as('oboro_abstraction', 'alpha', $$DELETE FROM tenancy.data_keys WHERE service = 'upload'$$),
  '0 rows', 'abstraction destroys no key of a snapshot');
SELECT is(tap.run_as('oboro_upload', 'alpha',
  $$INSERT INTO tenancy.data_keys (tenant_id, object_id, state, service, kek_version, wrapped, create_time)
    VALUES ('alpha', 'o', 'PENDING', 'abstraction', 1, '\x00', now())$$), '42501', 'nobody says whose object it is');
SELECT is(tap.run_as('oboro_verification', 'alpha', 'SELECT wrapped FROM tenancy.keys'), '42501',
  'verification cannot read the pseudonym key');
SELECT is(tap.run_as('oboro_upload', 'alpha', $$UPDATE tenancy.tenants SET state = 'ACTIVE'$$), '42501',
  'upload opens no gate');
SELECT is(tap.run_as('oboro_tenancy', 'alpha', $$INSERT INTO tenancy.operators VALUES ('https://op', 'me')$$), '42501',
  'tenancy makes nobody 運営');
SELECT is(tap.run_as('oboro_directory', '', 'SELECT params FROM jobs.jobs'), '42501', 'the directory sees no content of jobs');
SELECT is(tap.run_as('oboro_directory', '', 'UPDATE tenancy.usage SET bytes = 0'), '42501', 'the directory changes nothing');

-- The owner, who is no service, is under the policies too.
SELECT is(tap.run_as('oboro_owner', 'alpha', format('SELECT FROM %s', t.name)), '0 rows',
          format('the owner sees nothing in %s', t.name))
  FROM tap.our_tables t WHERE t.of_tenants AND t.schema <> 'public' ORDER BY t.name;

SELECT * FROM finish();
ROLLBACK;
