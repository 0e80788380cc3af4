-- How the findings of each rule stand, so that who looks at a snapshot need not read where each of them is. NULL: under no
-- review, or settled before these columns were there.
BEGIN;
ALTER TABLE upload.finding_counts
  ADD COLUMN open_count bigint CHECK (open_count >= 0),
  ADD COLUMN accepted_count bigint CHECK (accepted_count >= 0),
  ADD COLUMN excluded_count bigint CHECK (excluded_count >= 0),
  ADD COLUMN returned_count bigint CHECK (returned_count >= 0),
  ADD CONSTRAINT finding_counts_add_up CHECK
    (CASE num_nulls(open_count, accepted_count, excluded_count, returned_count)
       WHEN 0 THEN open_count + accepted_count + excluded_count + returned_count = count
       ELSE num_nulls(open_count, accepted_count, excluded_count, returned_count) = 4 END);
GRANT UPDATE (open_count, accepted_count, excluded_count, returned_count) ON upload.finding_counts TO oboro_upload;
COMMIT;
