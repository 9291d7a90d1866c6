-- Staged rows into an ERP table: new keys are inserted, changed rows updated, equal rows not touched (not even locked).
-- Ordered by key, so that two batches that share company-wide rows wait for each other instead of deadlocking.
WITH merged AS (
    INSERT INTO {target} AS t ({columns})
    SELECT {staged_columns}
    FROM {stage} AS s
    WHERE NOT EXISTS (
        SELECT 1 FROM {target} AS held
        WHERE {held_has_key} AND ({held_columns}) IS NOT DISTINCT FROM ({staged_columns})
    )
    ORDER BY {staged_key}
    ON CONFLICT ({key}) DO UPDATE SET {assignments}
    WHERE ({target_columns}) IS DISTINCT FROM ({excluded_columns})
    RETURNING (t.xmax = 0) AS is_new
)
SELECT count(*) FILTER (WHERE is_new) AS inserted, count(*) FILTER (WHERE NOT is_new) AS updated
FROM merged
