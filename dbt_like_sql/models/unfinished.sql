-- Store x dataset that was read after it was last reconciled, or never reconciled: it stopped on its way.
SELECT e.store, e.dataset, max(e.taken_at) AS taken_at
FROM extract AS e
LEFT JOIN (SELECT store, dataset, max(taken_at) AS measured_at FROM measurement GROUP BY store, dataset) AS m USING (store, dataset)
GROUP BY e.store, e.dataset, m.measured_at
HAVING m.measured_at IS NULL OR max(e.taken_at) > m.measured_at
