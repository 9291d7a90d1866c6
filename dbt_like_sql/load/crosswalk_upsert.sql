-- The assignment itself: new source records get their row, known ones their newest contribution; equal rows are not touched.
INSERT INTO crosswalk AS c (dataset, store, source_key, erp_key, is_owner, updated_at, fields, first_run)
SELECT {dataset}, {store}, i.source_key, i.erp_key, i.is_owner, i.updated_at, i.fields, {run_id}
FROM incoming AS i
WHERE NOT EXISTS (
    SELECT 1 FROM crosswalk AS held
    WHERE held.dataset = {dataset} AND held.store = {store} AND held.source_key = i.source_key
      AND (held.updated_at, held.fields) IS NOT DISTINCT FROM (i.updated_at, i.fields) AND held.retired_at IS NULL
)
ON CONFLICT (dataset, store, source_key) DO UPDATE SET updated_at = excluded.updated_at, fields = excluded.fields, retired_at = NULL
