-- Golden records: per ERP key and field the newest value, over all source records of that key (newest, then most complete, first).
-- Most keys have one contribution and pass through untouched.
WITH wanted AS (SELECT DISTINCT unnest({erp_keys}) COLLATE "C" AS erp_key),
contributions AS (
    SELECT c.erp_key, c.store, c.source_key, c.updated_at, c.fields, count(*) OVER (PARTITION BY c.erp_key) AS contributors
    FROM wanted AS w
    JOIN crosswalk AS c ON c.dataset = {dataset} AND c.erp_key = w.erp_key AND c.retired_at IS NULL
),
several AS (
    SELECT erp_key, store, source_key, updated_at, jsonb_strip_nulls(fields) AS fields
    FROM contributions
    WHERE contributors > 1
),
best AS (
    SELECT DISTINCT ON (s.erp_key, f.key) s.erp_key, f.key, f.value
    FROM several AS s
    CROSS JOIN LATERAL (SELECT count(*) AS filled FROM jsonb_object_keys(s.fields)) AS size
    CROSS JOIN LATERAL jsonb_each_text(s.fields) AS f
    ORDER BY s.erp_key, f.key, s.updated_at DESC NULLS LAST, size.filled DESC, s.store, s.source_key
)
SELECT erp_key, fields::text AS fields FROM contributions WHERE contributors = 1
UNION ALL
SELECT k.erp_key, coalesce(jsonb_object_agg(b.key, b.value) FILTER (WHERE b.key IS NOT NULL), '{{}}')::text
FROM (SELECT DISTINCT erp_key FROM several) AS k
LEFT JOIN best AS b ON b.erp_key = k.erp_key
GROUP BY k.erp_key
