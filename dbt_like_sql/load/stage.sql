-- The temporary table that one frame is copied into: never logged, gone with the transaction.
CREATE TEMP TABLE {stage} ON COMMIT DROP AS SELECT {columns} FROM {target} WITH NO DATA
