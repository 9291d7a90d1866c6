-- Whether the ERP holds no row of these stores but those of this very load's earlier batches: then no key can be there already.
SELECT NOT EXISTS (
    SELECT 1 FROM {target} AS t
    WHERE t.store_code = ANY(%(stores)s)
      AND (t.load_batch IS NULL OR t.load_batch NOT IN (
          SELECT b.number FROM store2erp_journal.load_batch AS b
          WHERE b.store_code = %(store)s AND b.run_id = %(run_id)s AND b.dataset = %(dataset)s
      ))
)
