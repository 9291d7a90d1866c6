-- Check history in short: one row per command (or backfill) and store: when its checks were judged, and how many passed, warned, failed or could not be judged.
SELECT coalesce(v.migration, c.run_id) AS migration, c.store, min(c.judged_at) AS judged_at,
    count(*) FILTER (WHERE c.verdict = 'passed') AS passed,
    count(*) FILTER (WHERE c.verdict = 'warned') AS warned,
    count(*) FILTER (WHERE c.verdict = 'failed') AS failed,
    count(*) FILTER (WHERE c.verdict = 'error') AS not_judged
FROM check_history AS c
LEFT JOIN (SELECT DISTINCT ON (run_id, store) run_id, store, migration FROM run_version ORDER BY run_id, store, dataset) AS v USING (run_id, store)
GROUP BY 1, 2
