-- Checks whose newest result stops their store or could not be judged.
SELECT store, dataset, stage, check_name, verdict, run_id
FROM current_check
WHERE verdict IN ('failed', 'error')
ORDER BY store, dataset, stage, check_name
