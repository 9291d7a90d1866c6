SELECT dataset, round(sum(extract(epoch FROM ended_at - started_at)), 3) AS value
FROM load_batch
WHERE ended_at IS NOT NULL
GROUP BY dataset
ORDER BY dataset
