GRANT UPDATE (proposal) ON aggregation.joint_statistics TO oboro_aggregation;
