GRANT SELECT (params) ON jobs.jobs TO oboro_directory;
