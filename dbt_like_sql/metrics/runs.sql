-- clean: all that a run was about came out clean; breaks: it was compared and did not; unfinished: some of it was never compared.
SELECT result, count(*)::bigint AS value
FROM (
    SELECT CASE WHEN bool_or(reconciled_at IS NULL) THEN 'unfinished' WHEN bool_and(clean) THEN 'clean' ELSE 'breaks' END AS result
    FROM run_version
    GROUP BY run_id
) AS run
GROUP BY result
ORDER BY result
