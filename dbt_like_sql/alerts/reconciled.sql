-- When each store that was ever reconciled was reconciled last: the dataset that waits longest counts.
SELECT store, min(measured_at) AS reconciled_at
FROM load_state
WHERE measured_at IS NOT NULL
GROUP BY store
ORDER BY store
