-- The rows that this batch will change, as they are, locked in the order of their key (two batches that share rows wait for each other
-- instead of deadlocking). A row is intact if the batch it is marked with, or an undo, wrote it last.
INSERT INTO store2erp_journal.before_image (batch, table_name, row_key, before, written_by, intact)
SELECT {batch}, {name}, f.row_key, f.before, f.load_batch,
    b.number IS NOT NULL AND (f.writer = b.written_in::xid OR EXISTS (SELECT 1 FROM store2erp_journal.undo AS u WHERE u.written_in::xid = f.writer))
FROM (
    SELECT jsonb_build_array({target_key}) AS row_key, to_jsonb(t) AS before, t.load_batch, t.xmin AS writer
    FROM {stage} AS s
    JOIN {target} AS t ON {target_has_key}
    WHERE ({target_columns}) IS DISTINCT FROM ({staged_columns})
    ORDER BY {staged_key}
    FOR UPDATE OF t
) AS f
LEFT JOIN store2erp_journal.load_batch AS b ON b.number = f.load_batch
ON CONFLICT (batch, table_name, row_key) DO NOTHING
