-- What the tables themselves refuse, whoever writes: states, pairs of columns, references.
BEGIN;
SET search_path = tap, pg_catalog;
SELECT no_plan();

SELECT throws_ok(statement, '23514', NULL, what) FROM (VALUES
  ($$UPDATE tenancy.tenants SET state = 'GONE'$$, 'a tenant has one of four states'),
  ($$UPDATE tenancy.tenants SET municipality_code = '8220'$$, 'a municipality code has six digits'),
  ($$UPDATE tenancy.members SET role = 'OPERATOR'$$, '運営 is no role of a member'),
  ($$UPDATE tenancy.members SET display_name = repeat('字', 101)$$, 'a member''s name is short'),
  ($$UPDATE tenancy.members SET display_name = E'山田\x1b[2J'$$, 'a member''s name controls no terminal'),
  ($$UPDATE tenancy.keys SET state = 'LOST'$$, 'a key has one of three states'),
  ($$UPDATE tenancy.keys SET wrapped = NULL, kek_version = NULL WHERE purpose = 'PSEUDONYM'$$,
   'a pseudonym key in use is wrapped'),
  ($$UPDATE tenancy.keys SET state = 'DESTROYED' WHERE purpose = 'PSEUDONYM'$$, 'a destroyed pseudonym key is gone'),
  ($$UPDATE tenancy.keys SET wrapped = '\x00', kek_version = 1 WHERE purpose = 'SIGNING'$$,
   'a signing key is never wrapped in a row'),
  ($$UPDATE tenancy.data_keys SET state = 'DESTROYED'$$, 'a destroyed data key is gone'),
  ($$UPDATE tenancy.data_keys SET wrapped = NULL, kek_version = NULL$$, 'a data key in use is there'),
  ($$UPDATE tenancy.audit_events SET outcome = 'MAYBE'$$, 'an event has one of three outcomes'),
  ($$UPDATE tenancy.audit_events SET actor = 'somebody'$$, 'an event names a user or a service'),
  ($$UPDATE tenancy.audit_events SET hash = '\x00'$$, 'a hash has 32 bytes'),
  ($$UPDATE jobs.jobs SET state = 'SLEEPING'$$, 'a job has one of five states'),
  ($$UPDATE jobs.jobs SET state = 'RUNNING'$$, 'a running job has a lease'),
  ($$UPDATE jobs.jobs SET lease_owner = 'w', lease_expires = now()$$, 'a queued job has none'),
  ($$UPDATE jobs.jobs SET state = 'SUCCEEDED'$$, 'a job that ended has a time of it'),
  ($$UPDATE jobs.jobs SET state = 'FAILED', end_time = now()$$, 'a failed job has an error'),
  ($$UPDATE upload.snapshots SET state = 'LOST'$$, 'a snapshot has one of seven states'),
  ($$UPDATE upload.snapshots SET state = 'ACCEPTED', open_findings = 1$$, 'findings are open only in review'),
  ($$UPDATE upload.settlements SET settlement = 'FORGOTTEN'$$, 'a finding is accepted, excluded or sent back'),
  ($$UPDATE upload.settlements SET reason = ''$$, 'a settlement says why'),
  ($$UPDATE upload.settlements SET reason = repeat('x', 501)$$, 'a reason is short'),
  ($$UPDATE upload.snapshots SET committed_bytes = -1$$, 'bytes are not negative'),
  ($$UPDATE upload.finding_counts SET severity = 'INFO'$$, 'a finding is an error or an alert'),
  ($$UPDATE upload.finding_counts SET open_count = 1, accepted_count = 1, excluded_count = 0, returned_count = 0$$,
   'findings stand one way each'),
  ($$UPDATE upload.finding_counts SET open_count = 1$$, 'how findings stand is known wholly or not'),
  ($$UPDATE verification.verdicts SET public_outcome = 'MAYBE'$$, 'a verdict passes, warns or refuses'),
  ($$UPDATE aggregation.statistics SET tier = 'SECRET'$$, 'a statistic has one of three tiers'),
  ($$UPDATE aggregation.statistics SET suppressed = 0$$, 'suppressions add up'),
  ($$UPDATE aggregation.ledger SET version = 0$$, 'a version counts from 1'),
  ($$UPDATE aggregation.ledger SET dataset = 'tenants/alpha/snapshots/x'$$, 'a ledger is of a dataset'),
  ($$UPDATE aggregation.ledger_refusals SET actor = 'service:aggregation'$$, 'people are refused, not services'),
  ($$UPDATE aggregation.ledger_refusals SET dataset = 'x'$$, 'a refusal is about a dataset'),
  ($$UPDATE aggregation.views SET layout = repeat('x', 65537)$$, 'a layout has at most 64 KiB'),
  ($$UPDATE aggregation.releases SET state = 'LEAKED'$$, 'a release has one of five states'),
  ($$UPDATE aggregation.releases SET reviewer = requester$$, 'nobody reviews what he asked for'),
  ($$UPDATE aggregation.releases SET requester = 'user:https://op#other', reviewer = author$$,
   'nobody reviews what he made'),
  ($$UPDATE aggregation.releases SET statistic_id = NULL$$, 'a release is of a table'),
  ($$UPDATE aggregation.releases SET joint_id = 'g1'$$, 'a release is of one table'),
  ($$UPDATE aggregation.releases SET reviewer = NULL$$, 'nothing is approved without a review'),
  ($$UPDATE aggregation.release_steps SET reason = ''$$, 'a request says what for'),
  ($$UPDATE aggregation.release_steps SET actor = 'service:aggregation'$$, 'people release, not services'),
  ($$UPDATE aggregation.joint_statistics SET state = 'LEAKED'$$, 'a joint statistic is proposed or made'),
  ($$UPDATE aggregation.joint_statistics SET answer = 'MAYBE'$$, 'a participant gives one of three answers or none'),
  ($$UPDATE aggregation.joint_statistics SET actor = ''$$, 'somebody gave the answer'),
  ($$UPDATE aggregation.joint_statistics SET actor = 'service:aggregation'$$, 'people consent, not services'),
  ($$UPDATE aggregation.joint_statistics SET abstraction = ''$$, 'consent is for an abstraction'),
  ($$UPDATE aggregation.joint_statistics SET state = 'MADE', make_time = now(), sealed = '\x00', ledger = '\x00',
       answer = 'WITHDRAWN'$$, 'nothing is made without consent'),
  ($$UPDATE aggregation.joint_statistics SET state = 'MADE', make_time = now(), sealed = '\x00'$$,
   'what is made is in the ledger'),
  ($$UPDATE aggregation.joint_statistics SET cells = 1, suppressed = 2$$, 'no more is suppressed than there is')
) AS rules (statement, what);

SELECT throws_ok(statement, '23505', NULL, what) FROM (VALUES
  ($$INSERT INTO tenancy.tenants VALUES ('gamma', '082201', 'x', 1, 'ACTIVE', now())$$, 'a municipality is one tenant'),
  ($$INSERT INTO tenancy.members SELECT tenant_id, 'm2', issuer, subject, role, department_id, now() FROM tenancy.members$$,
   'a person has a role once'),
  ($$INSERT INTO tenancy.keys SELECT tenant_id, purpose, 2, state, wrapped, kek_version, public_key, now() FROM tenancy.keys$$,
   'one key of each purpose is primary'),
  ($$INSERT INTO aggregation.releases SELECT tenant_id, 'e2', statistic_id, 'REQUESTED', requester, author, NULL, '', now()
       FROM aggregation.releases$$, 'a statistic is on one way out at a time'),
  ($$INSERT INTO aggregation.releases SELECT tenant_id, e, NULL, 'REQUESTED', requester, author, NULL, '', now(), 'g1'
       FROM aggregation.releases, unnest(ARRAY['e3', 'e4']) e$$, 'a joint statistic is on one way out at a time'),
  ($$INSERT INTO aggregation.releases SELECT tenant_id, 'e2', statistic_id, 'REJECTED', requester, author, reviewer,
       request_id, now() FROM aggregation.releases$$, 'a request is one release'),
  ($$INSERT INTO aggregation.joint_statistics (tenant_id, joint_id, proposer_code, proposal, request_id, reference_date,
       create_time) SELECT tenant_id, 'g2', proposer_code, proposal, request_id, reference_date, now()
       FROM aggregation.joint_statistics$$, 'a request is one proposal')
) AS rules (statement, what);

SELECT throws_ok(statement, '23503', NULL, what) FROM (VALUES
  ($$DELETE FROM tenancy.wrapping_keys$$, 'a wrapping key goes only when nothing hangs on it'),
  ($$DELETE FROM tenancy.tenants$$, 'a tenant is never removed'),
  ($$INSERT INTO aggregation.releases SELECT tenant_id, 'e5', NULL, 'REJECTED', requester, author, reviewer, '', now(), 'g9'
       FROM aggregation.releases$$, 'a release is of a joint statistic that is there'),
  ($$UPDATE upload.datasets SET department_id = 'nowhere'$$, 'a dataset is held by a department of its tenant'),
  ($$UPDATE tenancy.members SET department_id = NULL; DELETE FROM tenancy.departments$$,
   'a department that holds a dataset stays'),
  ($$INSERT INTO tenancy.departments VALUES ('alpha', 'kikaku', '企画課', now());
     UPDATE tenancy.members SET department_id = 'kikaku' WHERE tenant_id = 'alpha';
     DELETE FROM tenancy.departments WHERE department_id = 'kikaku'$$,
   'a department that has a member stays')
) AS rules (statement, what);

-- A department of another tenant is none.
INSERT INTO tenancy.departments VALUES ('beta', 'zeimu', '市民税課', now());
SELECT throws_ok($$UPDATE upload.datasets SET department_id = 'zeimu' WHERE tenant_id = 'alpha'$$, '23503', NULL,
  'nor by one of another tenant');

-- The dataset that an event is about comes from its own bytes: from the resource, or from the detail.
UPDATE tenancy.audit_events SET resource = 'tenants/t/datasets/juki/snapshots/s1' WHERE tenant_id = 'alpha';
UPDATE tenancy.audit_events SET detail = '{"dataset":"tenants/t/datasets/zei","n":1}' WHERE tenant_id = 'beta';
SELECT is((SELECT array_agg(dataset ORDER BY tenant_id) FROM tenancy.audit_events),
          ARRAY['tenants/t/datasets/juki', 'tenants/t/datasets/zei'], 'an event knows its dataset');
UPDATE tenancy.audit_events SET resource = 'tenants/t/datasets/juki-old', detail = '{"a":"\"dataset\":\"tenants/t/datasets/x\""}';
SELECT is((SELECT array_agg(DISTINCT dataset) FROM tenancy.audit_events), ARRAY['tenants/t/datasets/juki-old'],
          'and takes no word for it that stands in a text');

SELECT is((SELECT count(*) FROM tenancy.schema_version), 1::bigint, 'the schema has one version');

SELECT * FROM finish();
ROLLBACK;
