BEGIN;
SELECT only_open FROM upload.settlements WHERE false;
ROLLBACK;
