-- The rows of a table that somebody wrote since a load did, or that no load brought: their last transaction is neither that of the batch
-- they are marked with nor that of an undo. After the ERP's database was restored from a dump all rows count.
SELECT concat_ws('|', {key})
FROM {table} AS t
LEFT JOIN store2erp_journal.load_batch AS b ON b.number = t.load_batch
WHERE ({condition}) AND (b.written_in IS NULL OR t.xmin <> b.written_in::xid)
    AND NOT EXISTS (SELECT FROM store2erp_journal.undo AS u WHERE u.written_in::xid = t.xmin)
