-- Later batches that changed a row of this batch remember what was before this one, so that undoing them leads there.
UPDATE store2erp_journal.before_image AS later
SET before = own.before, written_by = own.written_by, intact = coalesce(own.intact, true)
FROM store2erp_journal.before_image AS i
LEFT JOIN store2erp_journal.before_image AS own ON own.batch = {batch} AND own.table_name = i.table_name AND own.row_key = i.row_key
WHERE i.written_by = {batch} AND i.table_name = {name}
  AND later.batch = i.batch AND later.table_name = i.table_name AND later.row_key = i.row_key
