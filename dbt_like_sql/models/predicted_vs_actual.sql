-- What dry runs predicted and what the first real load after each of them came to, per store x dataset: equal, explained (by what was changed
-- between the two) or unexplained; figures that differ as predicted -> actual.
WITH pairs AS (
    SELECT a.store, a.dataset, p.measured_at AS predicted_at, a.measured_at AS loaded_at,
        p.figures AS predicted, a.figures AS actual, p.run_id AS predicted_by, a.run_id AS loaded_by,
        (
            SELECT string_agg(key || ': ' || coalesce(was.value, '0') || ' -> ' || coalesce(now.value, '0'), '; ' ORDER BY key)
            FROM jsonb_each_text(p.figures) AS was FULL JOIN jsonb_each_text(a.figures) AS now USING (key)
            WHERE was.value IS DISTINCT FROM now.value
        ) AS figures_differ,
        CASE
            WHEN (p.versions = '{}') <> (a.versions = '{}') THEN 'unread'
            ELSE (
                SELECT string_agg(key, ', ' ORDER BY key)
                FROM jsonb_each_text(p.versions) AS was FULL JOIN jsonb_each_text(a.versions) AS now USING (key)
                WHERE was.value IS DISTINCT FROM now.value
            )
        END AS versions_differ,
        p.erp_before <> a.erp_before OR p.loads_before <> a.loads_before AS erp_differs,
        p.erp_after <> a.erp_after AS end_differs,
        (SELECT array_agg(dataset ORDER BY dataset) FROM run_result WHERE run_id = p.run_id AND store = p.store)
        <> (SELECT array_agg(dataset ORDER BY dataset) FROM run_result WHERE run_id = a.run_id AND store = a.store) AS datasets_differ
    FROM run_result AS a
    JOIN run_result AS p ON p.run_id = a.answers AND p.store = a.store AND p.dataset = a.dataset
),
explained AS (
    SELECT *,
        concat_ws(', ', versions_differ, CASE WHEN erp_differs THEN 'erp' END, CASE WHEN datasets_differ THEN 'datasets' END) AS changed,
        -- the end of a store is that of all its datasets: it speaks against one of them only if no other explains it
        end_differs AND NOT datasets_differ AND (versions_differ IS NOT NULL OR NOT bool_or(versions_differ IS NOT NULL) OVER (PARTITION BY loaded_by, store))
        AS own_end_differs
    FROM pairs
)
SELECT store, dataset, predicted_at, loaded_at,
    CASE
        WHEN figures_differ IS NULL AND NOT own_end_differs THEN 'equal'
        WHEN changed = '' THEN 'unexplained'
        ELSE 'explained'
    END AS verdict,
    concat_ws('; ', figures_differ, CASE WHEN own_end_differs THEN 'rows of the store in the ERP' END) AS differences,
    changed, predicted, actual, predicted_by, loaded_by
FROM explained
