-- Where a store stopped because of an error and was not compared with its source since; checks that stopped it tell themselves.
SELECT DISTINCT ON (s.store, s.asset) s.store, s.asset, s.run_id, s.exit_code, s.stopped_at
FROM run_stop AS s
LEFT JOIN load_state AS l ON l.store = s.store AND l.dataset = substring(s.asset FROM position('_' IN s.asset) + 1)
WHERE s.check_name = '' AND (l.measured_at IS NULL OR l.measured_at <= s.stopped_at)
ORDER BY s.store, s.asset, s.stopped_at DESC
