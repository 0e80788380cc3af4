BEGIN;
DROP TABLE tenancy.data_keys, tenancy.keys, tenancy.wrapping_keys;
COMMIT;
