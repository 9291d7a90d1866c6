SELECT store, count(*)::bigint AS value FROM open_break GROUP BY store ORDER BY store
