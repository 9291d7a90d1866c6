-- The newest counts and control totals of every store x dataset as a whole, not by group.
SELECT store, dataset, rung, metric, source, target, difference, explained, unexplained, status
FROM current_measurement
WHERE rung IN ('counts', 'control_totals') AND by_dimension = ''
