SELECT dataset, status, count(*)::bigint AS value FROM load_batch GROUP BY dataset, status ORDER BY dataset, status
