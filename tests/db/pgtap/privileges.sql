-- Every right of every role, against one list kept as data (docs/ownership.md explains it). A right more or less fails.
BEGIN;
SET search_path = tap, pg_catalog;
SELECT no_plan();

CREATE TEMPORARY TABLE expected (relation text, role text, rights text);
\copy expected FROM 'privileges.tsv'

-- Rights on whole tables by letter (r SELECT, a INSERT, w UPDATE, d DELETE), on columns as w(state,bytes).
CREATE TEMPORARY VIEW actual AS
  WITH whole AS (
    SELECT t.oid, t.name, g.grantee::regrole::text AS role, g.privilege_type
      FROM tap.our_tables t JOIN pg_class c ON c.oid = t.oid, aclexplode(c.relacl) g
     WHERE g.grantee <> c.relowner),
  parts AS (
    SELECT t.oid, t.name, g.grantee::regrole::text AS role, g.privilege_type,
           string_agg(a.attname, ',' ORDER BY a.attnum) AS columns
      FROM tap.our_tables t JOIN pg_class c ON c.oid = t.oid JOIN pg_attribute a ON a.attrelid = t.oid,
           aclexplode(a.attacl) g
     WHERE g.grantee <> c.relowner GROUP BY 1, 2, 3, 4),
  letters AS (
    SELECT name, role, privilege_type, '' AS columns FROM whole
    UNION ALL SELECT name, role, privilege_type, '(' || columns || ')' FROM parts)
  SELECT name AS relation, role,
         string_agg(CASE privilege_type WHEN 'SELECT' THEN 'r' WHEN 'INSERT' THEN 'a' WHEN 'UPDATE' THEN 'w'
                                        WHEN 'DELETE' THEN 'd' ELSE privilege_type END || columns, ' '
                    ORDER BY privilege_type, columns) AS rights
    FROM letters GROUP BY name, role
  UNION ALL
  SELECT 'schema ' || n.nspname, g.grantee::regrole::text, string_agg(lower(g.privilege_type), ' ' ORDER BY 1)
    FROM pg_namespace n, aclexplode(n.nspacl) g
   WHERE n.nspname IN ('tenancy', 'jobs', 'upload', 'abstraction', 'verification', 'aggregation')
     AND g.grantee <> n.nspowner GROUP BY 1, 2;

SELECT is_empty('SELECT * FROM actual EXCEPT SELECT * FROM expected', 'no role has a right that is not in the list');
SELECT is_empty('SELECT * FROM expected EXCEPT SELECT * FROM actual', 'every right of the list is granted');

SELECT * FROM finish();
ROLLBACK;
