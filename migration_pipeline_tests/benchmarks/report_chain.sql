-- The control database of a chain of %(stores)s stores and %(days)s days after its migration: mostly clean, some with rejected rows, few with breaks, stops or unread.
CREATE TEMP TABLE at_hand AS
SELECT 'S' || lpad(n::text, 3, '0') AS store, n, dataset, position AS place, n || dataset AS extract_id,
    now() - interval '2 hours' + n * interval '10 seconds' AS moment,
    CASE dataset WHEN 'sales' THEN 1200 + n * 17 %% 900 WHEN 'inventory' THEN 400 + n * 7 %% 300 ELSE 60 + n * 3 %% 200 END AS rows,
    CASE WHEN dataset = 'products' THEN 0 ELSE (5000 + n * 7919 %% 90000 + 0.37)::numeric(20, 2) END AS money,
    CASE WHEN n %% 5 = 0 THEN 0 WHEN n %% 7 = 0 THEN 40 ELSE n %% 4 END AS rejected,
    n %% 23 = 0 AND dataset = 'sales' AS broken, n %% 41 = 0 AND dataset = 'sales' AS stopped
FROM generate_series(1, %(stores)s) AS n
CROSS JOIN unnest(ARRAY['suppliers', 'products', 'members', 'inventory', 'sales']) WITH ORDINALITY AS d (dataset, position)
WHERE n %% 60 <> 0;

INSERT INTO extract (extract_id, store, dataset, run_id, taken_at, rows, manifest)
SELECT extract_id, store, dataset, 'run' || n, moment, rows, '[]' FROM at_hand;

INSERT INTO run_version (run_id, store, dataset, migration, extract_id, recorded_at, versions)
SELECT 'run' || n, store, dataset, 'command', extract_id, moment, '{}' FROM at_hand;

INSERT INTO outcome_sum (extract_id, store, dataset, table_name, stage, outcome, reason, rows, money, quantity, points)
SELECT a.extract_id, a.store, a.dataset, t.table_name, 'cleaned', o.outcome, o.reason, o.rows, o.money, o.rows, 0
FROM at_hand AS a
CROSS JOIN LATERAL (SELECT CASE a.dataset WHEN 'sales' THEN 'lines' WHEN 'inventory' THEN 'stock' ELSE a.dataset END AS table_name) AS t
CROSS JOIN LATERAL (
    VALUES ('loaded', 'loaded', a.rows - a.rejected - 2, a.money - a.rejected), ('merged', 'same_row_again', 2, 0), ('rejected', 'bad_number', a.rejected, a.rejected)
) AS o (outcome, reason, rows, money)
WHERE NOT a.stopped AND o.rows > 0;

INSERT INTO measurement (run_id, taken_at, store, dataset, rung, metric, by_dimension, grp, source, target, difference, tolerance, explained, unexplained, status, sample)
SELECT 'run' || n, moment + interval '5 seconds', store, dataset, 'control_totals', m.metric, '', '', m.whole, m.whole - rejected - m.lost, rejected + m.lost, 0, rejected, m.lost,
    CASE WHEN m.lost <> 0 THEN 'break' WHEN rejected <> 0 THEN 'explained' ELSE 'equal' END, '[]'
FROM at_hand AS a
CROSS JOIN LATERAL (
    VALUES (CASE dataset WHEN 'sales' THEN 'lines' WHEN 'inventory' THEN 'stock' ELSE dataset END || '.money', money, CASE WHEN broken THEN 0.01 ELSE 0 END),
        (CASE dataset WHEN 'inventory' THEN 'stock.quantity' END, rows * 3, 0)
) AS m (metric, whole, lost)
WHERE NOT stopped AND m.metric IS NOT NULL;

INSERT INTO measurement (run_id, taken_at, store, dataset, rung, metric, by_dimension, grp, source, target, difference, tolerance, explained, unexplained, status, sample)
SELECT 'run' || n, moment + interval '5 seconds', store, dataset, 'control_totals', d.metric, 'day', (date '2026-01-01' + day)::text,
    700 + (n * 31 + day * 97) %% 500, 700 + (n * 31 + day * 97) %% 500 - d.kept - d.lost, d.kept + d.lost, 0, d.kept, d.lost,
    CASE WHEN d.lost <> 0 THEN 'break' WHEN d.kept <> 0 THEN 'explained' ELSE 'equal' END, '[]'
FROM at_hand
CROSS JOIN generate_series(0, %(days)s - 1) AS day
CROSS JOIN LATERAL (
    SELECT metric, CASE WHEN (n + day) %% 13 = 0 THEN 5 ELSE 0 END AS kept, CASE WHEN broken AND day = 9 THEN 0.01 ELSE 0 END AS lost
    FROM unnest(ARRAY['lines.money', 'lines.quantity', 'payments.money', 'tickets.rows']) AS metric
) AS d
WHERE dataset = 'sales' AND NOT stopped;

INSERT INTO break_case (store, dataset, metric, grp, reason, break_class, weight, first_seen_at, last_seen_at, last_run, runs, rows, amount, fingerprint, state, owner, note, sample)
SELECT store, dataset, 'lines.money', '', 'unexplained', 'unexplained', 'fatal', moment - n * interval '1 hour', moment, 'run' || n, 1, 1, 0.01, '',
    CASE WHEN n %% 2 = 0 THEN 'acknowledged' ELSE 'open' END, CASE WHEN n %% 2 = 0 THEN 'team-a' ELSE '' END, '', '[]'
FROM at_hand
WHERE broken AND NOT stopped;

INSERT INTO check_result (judged_at, run_id, store, dataset, stage, check_name, verdict, told, figures)
SELECT moment + interval '1 second', 'run' || n, store, dataset, stage, 'check_' || number,
    CASE WHEN broken AND stage = 'reconciled' THEN 'failed' WHEN (n + number) %% 37 = 0 THEN 'warned' ELSE 'passed' END, '', '{}'
FROM at_hand
CROSS JOIN unnest(ARRAY['raw', 'cleaned', 'mapped', 'loaded', 'reconciled']) WITH ORDINALITY AS s (stage, step)
CROSS JOIN generate_series(1, CASE stage WHEN 'cleaned' THEN 6 ELSE 1 END) AS number
WHERE NOT (stopped AND step > 2);

INSERT INTO run_stop (run_id, store, asset, check_name, stopped_at, told, exit_code)
SELECT 'run' || n, store, 'mapped_' || dataset, '', moment + interval '2 seconds', 'a value map is missing', 2
FROM at_hand
WHERE stopped;
