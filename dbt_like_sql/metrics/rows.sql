SELECT dataset, outcome, sum(rows)::bigint AS value
FROM outcomes_by_reason
GROUP BY dataset, outcome
ORDER BY dataset, outcome
