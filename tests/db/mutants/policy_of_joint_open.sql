ALTER POLICY own_tenant ON aggregation.joint_statistics USING (true);
