GRANT oboro_tenancy TO oboro_upload;
