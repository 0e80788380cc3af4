ALTER TABLE upload.finding_counts DROP CONSTRAINT finding_counts_pkey;
ALTER TABLE upload.finding_counts ADD COLUMN id bigserial PRIMARY KEY;
