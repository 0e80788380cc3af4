GRANT DELETE ON upload.settlements TO oboro_upload;
