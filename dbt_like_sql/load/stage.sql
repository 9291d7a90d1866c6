-- The temporary table that one frame is copied into; gone with the transaction.
CREATE TEMP TABLE {stage} (LIKE {target}) ON COMMIT DROP
