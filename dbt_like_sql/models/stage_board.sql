-- One row per store x dataset x stage that the newest reading went through: the worst verdict of its checks, how many did not pass, when; what stopped it.
WITH newest AS (
    SELECT store, dataset, max(taken_at) AS taken_at FROM extract GROUP BY store, dataset
),
judged AS (
    SELECT c.store, c.dataset, CASE c.stage WHEN 'unmapped' THEN 'mapped' ELSE c.stage END AS stage, c.verdict, c.judged_at
    FROM current_check AS c
    JOIN newest AS n USING (store, dataset)
    WHERE c.judged_at >= n.taken_at
),
stopped AS (
    SELECT s.store, split_part(s.asset, '_', 2) AS dataset, split_part(s.asset, '_', 1) AS stage, s.stopped_at
    FROM run_stop AS s
    LEFT JOIN newest AS n ON n.store = s.store AND n.dataset = split_part(s.asset, '_', 2)
    LEFT JOIN (SELECT store, dataset, max(taken_at) AS measured_at FROM measurement GROUP BY store, dataset) AS m
        ON m.store = s.store AND m.dataset = split_part(s.asset, '_', 2)
    WHERE s.stopped_at >= coalesce(n.taken_at, s.stopped_at) AND s.stopped_at >= coalesce(m.measured_at, s.stopped_at)
)
SELECT store, dataset, stage,
    CASE
        WHEN bool_or(verdict = 'stopped') THEN 'stopped'
        WHEN bool_or(verdict IN ('failed', 'error')) THEN 'failed'
        WHEN bool_or(verdict = 'warned') THEN 'warned'
        ELSE 'passed'
    END AS verdict,
    count(*) FILTER (WHERE verdict <> 'stopped') AS checks,
    count(*) FILTER (WHERE verdict NOT IN ('stopped', 'passed')) AS not_passed,
    max(judged_at) AS judged_at
FROM (
    SELECT store, dataset, stage, verdict, judged_at FROM judged
    UNION ALL
    SELECT store, dataset, stage, 'stopped', stopped_at FROM stopped
) AS said
GROUP BY store, dataset, stage
