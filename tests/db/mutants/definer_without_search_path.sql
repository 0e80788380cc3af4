CREATE FUNCTION upload.all_snapshots() RETURNS SETOF upload.snapshots LANGUAGE sql SECURITY DEFINER
  AS 'SELECT * FROM upload.snapshots';
REVOKE ALL ON FUNCTION upload.all_snapshots() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION upload.all_snapshots() TO oboro_upload;
