-- The contributions of one store to its company-wide records count no more; its source keys keep their ERP keys for a later load.
UPDATE crosswalk SET retired_at = clock_timestamp() WHERE dataset = %(dataset)s AND store = %(store)s AND retired_at IS NULL
