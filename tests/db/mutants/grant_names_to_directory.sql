GRANT SELECT (display_name) ON tenancy.members TO oboro_directory;
