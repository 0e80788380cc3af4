CREATE MATERIALIZED VIEW upload.totals AS SELECT tenant_id, count(*) FROM upload.snapshots GROUP BY 1;
ALTER MATERIALIZED VIEW upload.totals OWNER TO oboro_owner;
