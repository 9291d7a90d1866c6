-- What changed between one reconciliation and the one before: breaks that came, went or moved from one size to another, newest first.
SELECT e.happened_at, c.store, c.dataset, c.metric, c.grp, c.break_class, c.reason, e.kind,
    e.rows_before, e.rows_after, e.amount_before, e.amount_after, e.state, e.run_id, c.id AS break_id
FROM break_event AS e
JOIN break_case AS c ON c.id = e.case_id
WHERE e.run_id <> ''
