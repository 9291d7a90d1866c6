-- The newest extract of every store x dataset that has been reconciled: the one all other views speak of.
SELECT DISTINCT ON (e.store, e.dataset)
    e.store, e.dataset, e.extract_id, e.run_id, e.taken_at, e.rows
FROM extract AS e
WHERE EXISTS (SELECT FROM outcome_sum AS o WHERE o.extract_id = e.extract_id)
ORDER BY e.store, e.dataset, e.taken_at DESC, e.extract_id
