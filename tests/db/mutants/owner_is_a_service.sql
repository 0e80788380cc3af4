ALTER TABLE upload.datasets OWNER TO oboro_upload;
