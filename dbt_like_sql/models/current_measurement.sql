-- The newest measurements of every store x dataset.
SELECT m.*
FROM measurement AS m
JOIN (
    SELECT DISTINCT ON (store, dataset) store, dataset, run_id
    FROM measurement
    ORDER BY store, dataset, taken_at DESC
) AS newest USING (store, dataset, run_id)
