-- Staged rows into an ERP table whose rows keep their first owner: new keys are inserted, existing rows never change.
-- Of several staged rows with one key the first in the frame's order (ctid of the staging table) wins.
INSERT INTO {target} ({columns})
SELECT {staged_columns}
FROM {stage} AS s
ORDER BY {staged_key}, s.ctid
ON CONFLICT ({key}) DO NOTHING
