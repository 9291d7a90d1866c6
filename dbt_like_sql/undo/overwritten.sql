-- Rows of the batch that a later batch has changed since, and that one's id.
SELECT array_to_string(ARRAY(SELECT jsonb_array_elements_text(i.row_key)), '|') AS row_key, b.batch_id
FROM store2erp_journal.before_image AS i
JOIN store2erp_journal.load_batch AS b ON b.number = i.batch
WHERE i.written_by = {batch} AND i.table_name = {name} AND b.undone_at IS NULL
ORDER BY 1
