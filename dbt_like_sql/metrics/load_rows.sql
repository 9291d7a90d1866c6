SELECT dataset, sum(rows)::bigint AS value FROM load_batch WHERE ended_at IS NOT NULL GROUP BY dataset ORDER BY dataset
