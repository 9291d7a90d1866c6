-- Staged rows into an ERP table whose rows keep their first owner: new keys are inserted, existing rows never change.
-- Of several staged rows with one key the first in the frame's order (ctid of the staging table) wins.
WITH merged AS (
    INSERT INTO {target} ({columns})
    SELECT {staged_columns}
    FROM {stage} AS s
    ORDER BY {staged_key}, s.ctid
    ON CONFLICT ({key}) DO NOTHING
    RETURNING 1
)
SELECT count(*) AS inserted, 0 AS updated
FROM merged
