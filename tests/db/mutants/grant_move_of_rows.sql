GRANT UPDATE ON upload.datasets TO oboro_upload;
