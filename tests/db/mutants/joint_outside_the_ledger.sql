ALTER TABLE aggregation.joint_statistics DROP CONSTRAINT made_whole;
