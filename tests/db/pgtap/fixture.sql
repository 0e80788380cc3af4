-- Two tenants, and of each a row in every tenant table. lint.sql fails while a table has none.
INSERT INTO tenancy.operators VALUES ('https://op', 'operator');

CREATE PROCEDURE tap.fill(t text, code text) LANGUAGE plpgsql AS $$
DECLARE
  d32 bytea := decode(repeat('ab', 32), 'hex');
  service text;
BEGIN
  INSERT INTO tenancy.tenants VALUES (t, code, t || '市', 250000, 'ACTIVE', now());
  INSERT INTO tenancy.departments VALUES (t, 'shimin', '市民窓口課', now());
  INSERT INTO tenancy.members VALUES (t, 'm1', 'https://op', 'person', 'STEWARD', 'shimin', now());
  INSERT INTO tenancy.policies VALUES (t, 'default', 1, 'tiers: []', d32, now());
  INSERT INTO tenancy.quotas VALUES (t, 1000, 1000, 2);
  INSERT INTO tenancy.usage VALUES (t, 10, 10, 1.5);
  INSERT INTO tenancy.wrapping_keys VALUES (t, 1);
  INSERT INTO tenancy.keys VALUES (t, 'KEY_ENCRYPTION', 1, 'PRIMARY', NULL, NULL, NULL, now()),
                                  (t, 'SIGNING', 1, 'PRIMARY', NULL, NULL, d32, now()),
                                  (t, 'PSEUDONYM', 1, 'PRIMARY', d32, 1, NULL, now());
  INSERT INTO tenancy.audit_chains VALUES (t, 1, d32);
  INSERT INTO tenancy.audit_events VALUES (t, 1, now(), 'service:upload', 'DONE', 'x', 'OK', '{}', d32, d32);
  INSERT INTO tenancy.audit_heads VALUES (t, 1, d32, now(), d32 || d32, 1);
  FOREACH service IN ARRAY ARRAY['upload', 'abstraction', 'verification', 'aggregation'] LOOP
    INSERT INTO jobs.jobs (tenant_id, job_id, kind, actor, permission, target_name, params, not_before, create_time)
      VALUES (t, 'job-' || service, service || '.run', 'service:x', '/m', 'x', '{}', now(), now());
    INSERT INTO tenancy.data_keys VALUES (t, 'live-' || service, 'LIVE', service, NULL, 1, d32, 5, now()),
                                         (t, 'pending-' || service, 'PENDING', service, NULL, 1, d32, 0, now());
  END LOOP;
  INSERT INTO jobs.lanes VALUES (t, 0);
  INSERT INTO upload.datasets VALUES (t, 'juki', '住民基本台帳', 'shimin', 'columns: []', false, now());
  INSERT INTO upload.snapshots (tenant_id, snapshot_id, dataset_id, reference_date, object_id, create_time)
    VALUES (t, 's1', 'juki', '2025-04-01', 'live-upload', now());
  INSERT INTO upload.snapshot_parts VALUES (t, 's1', 0, 0, 1, 5);
  INSERT INTO upload.finding_counts VALUES (t, 's1', 'REQUIRED', 'ERROR', 1);
  INSERT INTO upload.finding_positions VALUES (t, 's1', 'REQUIRED', '性別', 'ERROR', 1, '\x05');
  INSERT INTO upload.settlements VALUES (t, 's1', 1, 'ACCEPTED', '原本のとおり', '', NULL, 1, 'user:https://op#person', now());
  INSERT INTO upload.profiles VALUES (t, 'juki', 'p1', '住基システム', '{}', now());
  INSERT INTO abstraction.recipes VALUES (t, 'r1', 1, 'columns: []', d32, now());
  INSERT INTO abstraction.abstractions VALUES
    (t, 'a1', 'x', 'r1', 1, d32, '2025-04-01', 5, '[]', 'live-abstraction', d32, 'job-abstraction', now());
  INSERT INTO verification.verdicts VALUES
    (t, 'v1', 'x', d32, 'x', 1, d32, 'x', 1, d32, '0.1', 'PASS', NULL, 'REFUSE', '{}', d32 || d32, 1,
     'job-verification', now());
  INSERT INTO aggregation.statistics VALUES
    (t, 't1', '人口', 'INTERNAL', '[]', 4, 1, 1, 2, 'x', '2025-04-01', 'x', 'x', 1, 'x', 'x', 1, '0.1', 'simple',
     'live-aggregation', d32, 'job-aggregation', now());
  INSERT INTO aggregation.ledger VALUES (t, 'tenants/' || t || '/datasets/juki', 1, now());
  INSERT INTO aggregation.ledger_refusals VALUES
    (t, 'j9', 'user:https://op#analyst', 'tenants/' || t || '/datasets/juki', 't1', now());
  INSERT INTO aggregation.views VALUES (t, 'w1', 't1', '区別', '{}', true, 'user:https://op#analyst', now());
  INSERT INTO aggregation.releases VALUES
    (t, 'e1', 't1', 'APPROVED', 'user:https://op#analyst', 'user:https://op#analyst', 'user:https://op#privacy', 'q',
     now());
  INSERT INTO aggregation.release_steps VALUES
    (t, 'e1', 1, 'REQUESTED', 'user:https://op#analyst', '広報に掲載する', now());
  INSERT INTO aggregation.joint_statistics (tenant_id, joint_id, proposer_code, proposal, request_id, answer, actor,
                                            abstraction, verdict, dataset, reference_date, create_time) VALUES
    (t, 'g1', '082201', '{}', 'q', 'CONSENTED', 'user:https://op#privacy', 'x', 'x', 'tenants/' || t || '/datasets/juki',
     '2025-04-01', now());
END
$$;
CALL tap.fill('alpha', '082201');
CALL tap.fill('beta', '221309');
DROP PROCEDURE tap.fill;

CREATE VIEW tap.our_tables AS
  SELECT c.oid, c.oid::regclass::text AS name, n.nspname AS schema, c.relname AS relation, c.relkind,
         c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relowner::regrole::text AS owner,
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'
                 AND NOT a.attisdropped) AS of_tenants
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname IN ('tenancy', 'jobs', 'upload', 'abstraction', 'verification', 'aggregation', 'public')
     AND c.relkind IN ('r', 'p', 'v', 'm', 'f');
CREATE VIEW tap.our_roles AS
  SELECT unnest(ARRAY['oboro_tenancy', 'oboro_upload', 'oboro_abstraction', 'oboro_verification',
                      'oboro_aggregation', 'oboro_directory']) AS role;
