-- What the batch did: by table the rows handed over, inserted, updated and kept from changing owner.
UPDATE store2erp_journal.load_batch SET tables = %(tables)s, committed_at = clock_timestamp() WHERE number = %(number)s
