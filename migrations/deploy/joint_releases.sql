-- A tenant's copy of a joint statistic leaves the house as a statistic of its own does (docs/releases.md).
BEGIN;

ALTER TABLE aggregation.releases
  ALTER COLUMN statistic_id DROP NOT NULL,
  ADD COLUMN joint_id text,
  ADD CONSTRAINT releases_joint_fkey FOREIGN KEY (tenant_id, joint_id) REFERENCES aggregation.joint_statistics,
  ADD CONSTRAINT release_of_one_table CHECK ((statistic_id IS NULL) <> (joint_id IS NULL));
CREATE UNIQUE INDEX releases_joint_under_way ON aggregation.releases (tenant_id, joint_id)
  WHERE state IN ('REQUESTED', 'APPROVED', 'PUBLISHED');

COMMIT;
