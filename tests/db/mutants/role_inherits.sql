ALTER ROLE oboro_upload INHERIT;
