CREATE POLICY support ON aggregation.statistics FOR SELECT TO oboro_aggregation USING (true);
