-- The newest result of each check on each store.
SELECT DISTINCT ON (store, dataset, stage, check_name) judged_at, store, dataset, stage, check_name, verdict, told, figures, run_id
FROM check_history
ORDER BY store, dataset, stage, check_name, judged_at DESC, id DESC
