SELECT store, extract(epoch FROM min(measured_at))::bigint AS value
FROM load_state
WHERE measured_at IS NOT NULL
GROUP BY store
ORDER BY store
