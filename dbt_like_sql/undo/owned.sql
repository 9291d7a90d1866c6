-- The rows of one table that a batch wrote last: their keys, whether it changed them (they have an image) or inserted them, and whether
-- they still are as it left them (nobody else's transaction wrote them since). With them the rows that stayed when their batch was taken
-- back because something referred to them (`left_over`): they go when nothing does any more.
CREATE TEMP TABLE undo_row ON COMMIT DROP AS
SELECT jsonb_build_array({target_key}) AS row_key, {target_key}, i.before IS NOT NULL AS was_there, b.undone_at IS NOT NULL AS left_over,
    t.xmin = b.written_in::xid OR EXISTS (SELECT 1 FROM store2erp_journal.undo AS u WHERE u.written_in::xid = t.xmin) AS intact,
    false AS used
FROM {target} AS t
JOIN store2erp_journal.load_batch AS b ON b.number = t.load_batch
LEFT JOIN store2erp_journal.before_image AS i
    ON i.batch = b.number AND i.table_name = {name} AND i.row_key = jsonb_build_array({target_key})
WHERE (t.load_batch = {batch} OR (b.undone_at IS NOT NULL AND {with_left_over})) AND {condition}
