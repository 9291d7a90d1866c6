-- Registers a batch in its own transaction and makes it the one that rows are marked with.
WITH begun AS (
    INSERT INTO store2erp_journal.load_batch (batch_id, run_id, store_code, dataset)
    VALUES (%(batch_id)s, %(run_id)s, %(store)s, %(dataset)s)
    RETURNING number
)
SELECT number, set_config('store2erp.batch', number::text, true) FROM begun
