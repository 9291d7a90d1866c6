-- Of the batches of the last day.
SELECT dataset, q.quantile, round((percentile_cont(q.quantile::numeric) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at)))::numeric, 3) AS value
FROM load_batch
CROSS JOIN (VALUES ('0.5'), ('0.95')) AS q (quantile)
WHERE ended_at > now() - interval '1 day'
GROUP BY dataset, q.quantile
ORDER BY dataset, q.quantile
