-- Changed rows become what they were before the batch; one that was not intact then belongs to no batch any more.
UPDATE {target} AS t
SET {assignments}, load_batch = CASE WHEN i.intact THEN i.written_by END
FROM undo_row AS o
JOIN store2erp_journal.before_image AS i ON i.batch = {batch} AND i.table_name = {name} AND i.row_key = o.row_key
CROSS JOIN LATERAL jsonb_populate_record(NULL::{target}, i.before) AS r
WHERE o.was_there AND o.intact AND NOT o.left_over AND {target_is_owned}
