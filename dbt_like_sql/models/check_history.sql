-- Every result of every check: store, dataset, stage, check, verdict (passed, warned, failed, error), what it told, its figures, run and time.
SELECT judged_at, store, dataset, stage, check_name, verdict, told, figures, run_id, id
FROM check_result
