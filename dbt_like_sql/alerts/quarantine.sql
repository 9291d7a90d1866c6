-- Rejected rows of the newest extract of every store x dataset and of the one before it (0: there is none).
WITH numbered AS (
    SELECT e.store, e.dataset, e.extract_id, row_number() OVER (PARTITION BY e.store, e.dataset ORDER BY e.taken_at DESC, e.extract_id) AS place
    FROM extract AS e
    WHERE EXISTS (SELECT FROM outcome_sum AS o WHERE o.extract_id = e.extract_id)
)
SELECT n.store, n.dataset,
    coalesce(sum(o.rows) FILTER (WHERE n.place = 1), 0)::bigint AS rejected,
    coalesce(sum(o.rows) FILTER (WHERE n.place = 2), 0)::bigint AS before
FROM numbered AS n
LEFT JOIN outcome_sum AS o ON o.extract_id = n.extract_id AND o.store = n.store AND o.dataset = n.dataset AND o.outcome = 'rejected'
WHERE n.place <= 2
GROUP BY n.store, n.dataset
ORDER BY n.store, n.dataset
