SELECT dataset, sum(source_rows)::bigint AS value FROM status_board GROUP BY dataset ORDER BY dataset
