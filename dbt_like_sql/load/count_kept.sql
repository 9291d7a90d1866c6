-- Staged rows whose key belongs to another owner than they say; counted after `insert_new.sql`.
SELECT count(*)
FROM {stage} AS s
JOIN {target} AS t ON {target_has_key}
WHERE ({target_columns}) IS DISTINCT FROM ({staged_columns})
