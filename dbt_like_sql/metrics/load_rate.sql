-- Rows of the batches of the last day by the time the ERP took for them.
SELECT dataset, round(sum(rows) / greatest(sum(extract(epoch FROM ended_at - started_at)), 0.001), 1) AS value
FROM load_batch
WHERE ended_at > now() - interval '1 day'
GROUP BY dataset
ORDER BY dataset
