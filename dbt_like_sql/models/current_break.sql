-- The differences between source and ERP of every store x dataset, by reason: those of the newest run that measured it.
-- Rows of the ERP that are missing, extra or different count here as well: a total can agree although rows do not.
SELECT b.store, b.dataset, b.metric, b.reason, b.rows, b.amount, b.status
FROM reconciliation_break AS b
JOIN (SELECT DISTINCT store, dataset, run_id FROM current_measurement) AS newest USING (store, dataset, run_id)
UNION ALL
SELECT m.store, m.dataset, m.grp || '.rows', 'rows_differ', m.unexplained::bigint, m.unexplained, 'open'
FROM current_measurement AS m
WHERE m.metric = 'rows_that_differ' AND m.status = 'break'
