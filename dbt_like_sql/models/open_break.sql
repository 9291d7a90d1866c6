-- The breaks that wait for a person, with their age in days, owner and note.
SELECT id, store, dataset, metric, grp, break_class, reason, weight, rows, amount, state, owner, note,
    first_seen_at, last_seen_at, runs, extract(day FROM now() - first_seen_at)::bigint AS age_days
FROM break_case
WHERE state IN ('open', 'acknowledged')
