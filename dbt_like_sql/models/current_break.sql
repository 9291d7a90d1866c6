-- The differences between source and ERP of every store x dataset, by reason and class: those of the newest run that measured it.
-- Rows of the ERP that are missing, extra or different count here as well, and groups that differ: a total can agree although they do not.
SELECT b.store, b.dataset, b.metric || CASE WHEN b.grp = '' THEN '' ELSE ' by ' || b.grp END AS metric, b.reason, b.break_class, b.rows, b.amount, b.status
FROM reconciliation_break AS b
JOIN (SELECT DISTINCT store, dataset, run_id FROM current_measurement) AS newest USING (store, dataset, run_id)
