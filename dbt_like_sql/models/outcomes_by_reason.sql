-- Where the rows of every store x dataset ended, by table and reason; the sums are exact.
SELECT o.store, o.dataset, o.table_name, o.outcome, o.reason, sum(o.rows)::bigint AS rows, sum(o.money) AS money, sum(o.quantity) AS quantity, sum(o.points) AS points
FROM outcome_sum AS o
JOIN current_extract AS c USING (store, dataset, extract_id)
GROUP BY o.store, o.dataset, o.table_name, o.outcome, o.reason
