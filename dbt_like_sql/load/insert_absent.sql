-- Rows that the ERP does not have, in the order of their key; one that another batch inserts meanwhile is left to the next round.
INSERT INTO {target} ({columns})
SELECT {staged_columns}
FROM {stage} AS s
WHERE NOT EXISTS (SELECT 1 FROM {target} AS t WHERE {target_has_key})
ORDER BY {staged_key}
ON CONFLICT ({key}) DO NOTHING
