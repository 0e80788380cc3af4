CREATE FUNCTION upload.helper() RETURNS integer LANGUAGE sql AS 'SELECT 1';
