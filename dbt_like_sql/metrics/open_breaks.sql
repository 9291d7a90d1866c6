SELECT dataset, break_class, count(*)::bigint AS value FROM open_break GROUP BY dataset, break_class ORDER BY dataset, break_class
