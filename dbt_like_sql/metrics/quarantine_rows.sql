SELECT store, sum(rejected)::bigint AS value FROM status_board GROUP BY store ORDER BY store
