GRANT USAGE ON SCHEMA upload TO oboro_abstraction;
GRANT SELECT ON upload.snapshots TO oboro_abstraction;
