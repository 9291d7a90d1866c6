SELECT verdict, count(*)::bigint AS value FROM current_check GROUP BY verdict ORDER BY verdict
