-- Every source row beside its row of the ledger: the n-th row of a file in both. A row folded into another has the ERP key of that one.
-- A row id is <file>:<number>[#<cell>][#<input>].
CREATE OR REPLACE TEMP TABLE {name} AS
WITH source_rows AS (
    SELECT s.*, f.prefix, coalesce('#' || s.cell, '') || f.mark AS tail,
        dense_rank() OVER (PARTITION BY f.prefix, f.mark ORDER BY s.place) AS nth
    FROM {rows} AS s
    JOIN {files} AS f ON f.input = s.input AND f.file = s.place // {file}
    WHERE NOT s.ragged
),
split AS (
    SELECT *, regexp_extract(row_id, '^(.*?):([0-9]+)(#.*)?$', ['prefix', 'number', 'tail']) AS parts
    FROM ledger
    WHERE "table" = {table} AND reason <> 'ragged_row'
),
ledger_rows AS (
    SELECT row_id, outcome, reason, detail, target_key, money, quantity, points, parts.prefix AS prefix, parts.tail AS tail,
        dense_rank() OVER (
            PARTITION BY parts.prefix, CASE WHEN {marked} THEN regexp_extract(parts.tail, '#[^#]*$') ELSE '' END
            ORDER BY CAST(parts.number AS BIGINT)
        ) AS nth
    FROM split
),
folded AS (
    SELECT gone.row_id, kept.target_key
    FROM ledger_rows AS gone
    JOIN ledger_rows AS kept ON kept.row_id = gone.detail
    WHERE gone.reason = 'duplicate_key'
)
SELECT s.* EXCLUDE (prefix, tail, nth), l.row_id, l.outcome, l.reason,
    coalesce(nullif(l.target_key, ''), nullif(folded.target_key, '')) AS target,
    coalesce(l.outcome IN ('excluded', 'rejected', 'undone'), false) AS gone,
    l.money AS ledger_money, l.quantity AS ledger_quantity, l.points AS ledger_points
FROM source_rows AS s
LEFT JOIN ledger_rows AS l ON l.prefix = s.prefix AND l.tail = s.tail AND l.nth = s.nth
LEFT JOIN folded ON folded.row_id = l.row_id
