-- Statistics of any shape: what they count, over whom, by whom.
BEGIN;

-- What a statistic counts and who made it. Labels, filters' values and evidence are in `detail`, encrypted under the data
-- key of the statistic's object; `dimensions` and `filters` name columns only.
ALTER TABLE aggregation.statistics
  ADD COLUMN measure text NOT NULL DEFAULT 'RECORDS'
    CHECK (measure IN ('RECORDS', 'PERSONS', 'HOUSEHOLDS', 'SUM', 'MEAN')),
  ADD COLUMN measure_column text NOT NULL DEFAULT '' CHECK ((measure_column = '') = (measure = 'RECORDS')),
  ADD COLUMN filters jsonb NOT NULL DEFAULT '[]',  -- [{column}]
  ADD COLUMN author text NOT NULL DEFAULT '',      -- user:{issuer}#{subject}
  ADD COLUMN detail bytea NOT NULL DEFAULT '';

COMMIT;
