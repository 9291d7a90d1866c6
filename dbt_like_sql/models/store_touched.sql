-- When something was last said of a store: it was read, judged, compared, stopped, taken back, or a person decided on a break.
SELECT store, max(at) AS touched_at
FROM (
    SELECT store, max(taken_at) AS at FROM extract GROUP BY store
    UNION ALL
    SELECT store, max(judged_at) FROM check_result GROUP BY store
    UNION ALL
    SELECT store, max(taken_at) FROM measurement GROUP BY store
    UNION ALL
    SELECT store, max(stopped_at) FROM run_stop GROUP BY store
    UNION ALL
    SELECT store, max(undone_at) FROM undo_record GROUP BY store
    UNION ALL
    SELECT c.store, max(e.happened_at) FROM break_event AS e JOIN break_case AS c ON c.id = e.case_id GROUP BY c.store
) AS moments
GROUP BY store
