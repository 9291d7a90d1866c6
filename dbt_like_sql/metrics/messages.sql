SELECT channel, CASE WHEN problem = '' THEN 'arrived' ELSE 'failed' END AS result, count(*)::bigint AS value
FROM alert_sending
GROUP BY 1, 2
ORDER BY 1, 2
