-- The differences between source and ERP of every store x dataset, by reason: those of the newest run that measured it.
-- Rows of the ERP that are missing, extra or different count here as well, and groups that differ: a total can agree although they do not.
SELECT b.store, b.dataset, b.metric, b.reason, b.rows, b.amount, b.status
FROM reconciliation_break AS b
JOIN (SELECT DISTINCT store, dataset, run_id FROM current_measurement) AS newest USING (store, dataset, run_id)
UNION ALL
SELECT m.store, m.dataset, split_part(m.metric, '.', 1) || '.rows', 'rows_differ', sum(abs(m.unexplained))::bigint, sum(abs(m.unexplained)), 'open'
FROM current_measurement AS m
WHERE m.rung IN ('keys', 'rows') AND m.status = 'break'
GROUP BY m.store, m.dataset, split_part(m.metric, '.', 1)
UNION ALL
SELECT m.store, m.dataset, m.metric, 'erp_changed_shape', count(*), 0, 'open'
FROM current_measurement AS m
WHERE m.rung = 'schema' AND m.status = 'break'
GROUP BY m.store, m.dataset, m.metric
UNION ALL
SELECT m.store, m.dataset, m.metric || ' by ' || m.by_dimension, 'group_differs', count(*), sum(abs(m.unexplained)), 'open'
FROM current_measurement AS m
WHERE m.rung = 'control_totals' AND m.status = 'break' AND m.by_dimension <> '' AND m.grp <> '*'
GROUP BY m.store, m.dataset, m.metric, m.by_dimension
