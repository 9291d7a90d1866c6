SELECT split_part(asset, '_', 1) AS stage, CASE WHEN check_name = '' THEN 'error' ELSE 'check' END AS cause, count(*)::bigint AS value
FROM run_stop
GROUP BY 1, 2
ORDER BY 1, 2
