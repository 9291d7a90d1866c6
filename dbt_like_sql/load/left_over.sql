-- Whether a staged row is not in the ERP as it was staged: another batch wrote its key meanwhile.
SELECT EXISTS (
    SELECT 1 FROM {stage} AS s
    WHERE NOT EXISTS (SELECT 1 FROM {target} AS t WHERE {target_has_key} AND ({target_columns}) IS NOT DISTINCT FROM ({staged_columns}))
)
