ALTER TABLE aggregation.joint_statistics DROP CONSTRAINT answer_by_somebody;
