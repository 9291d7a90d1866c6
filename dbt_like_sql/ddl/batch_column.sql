-- Which batch wrote a row last; filled by the default, from the setting that a batch makes for its transaction.
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS load_batch bigint DEFAULT nullif(current_setting('store2erp.batch', true), '')::bigint
