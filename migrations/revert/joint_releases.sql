BEGIN;
DELETE FROM aggregation.release_steps s USING aggregation.releases r
  WHERE s.tenant_id = r.tenant_id AND s.release_id = r.release_id AND r.joint_id IS NOT NULL;
DELETE FROM aggregation.releases WHERE joint_id IS NOT NULL;
ALTER TABLE aggregation.releases DROP COLUMN joint_id, ALTER COLUMN statistic_id SET NOT NULL;
COMMIT;
