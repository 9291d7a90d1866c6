SELECT verdict, count(*)::bigint AS value FROM check_result GROUP BY verdict ORDER BY verdict
