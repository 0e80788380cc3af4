ALTER ROLE oboro_directory LOGIN;
