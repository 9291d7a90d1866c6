-- Rows that the ERP holds with other values become as they were staged; equal rows are not touched.
UPDATE {target} AS t
SET {assignments}
FROM {stage} AS s
WHERE {target_has_key} AND ({target_columns}) IS DISTINCT FROM ({staged_columns})
