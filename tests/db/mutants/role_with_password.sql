ALTER ROLE oboro_upload PASSWORD 'secret';
