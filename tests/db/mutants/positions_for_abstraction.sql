GRANT USAGE ON SCHEMA upload TO oboro_abstraction;
GRANT SELECT ON upload.finding_positions TO oboro_abstraction;
