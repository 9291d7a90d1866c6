SELECT dataset, sum(unexplained) AS value FROM status_board GROUP BY dataset ORDER BY dataset
