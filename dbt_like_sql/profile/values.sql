-- Every different value of every column (c: its place) of one table: how often it comes, its bare text, what kind of text that is, its shape.
CREATE OR REPLACE TABLE {target} AS
WITH cells AS (
    SELECT c, raw FROM (SELECT {columns} FROM {rows}) UNPIVOT INCLUDE NULLS (raw FOR c IN (COLUMNS(*)))
),
counted AS (
    SELECT CAST(c AS INTEGER) AS c, raw, count(*) AS n FROM cells GROUP BY ALL
),
seen AS (
    SELECT c, raw, n, bare(raw) AS b, unwrapped(raw) AS t FROM counted
),
known AS (
    SELECT
        *,
        CASE
            WHEN raw IS NULL THEN 'null'
            WHEN t = '' THEN 'blank'
            WHEN lower(t) IN ({placeholders}) THEN 'placeholder'
            WHEN regexp_full_match(t, '[+-]?(0|[1-9][0-9]{{0,17}})') THEN 'integer'
            WHEN regexp_full_match(t, '[0-9]+') THEN 'digits'
            WHEN regexp_full_match(t, '[+-]?[0-9]([.][0-9]+)?[eE][+-]?[0-9]{{1,3}}') THEN 'scientific'
            WHEN regexp_full_match(t, '[+-]?\s*[¥￥$€£]?\s*([0-9]+|[0-9]{{1,3}}(,[0-9]{{3}})+)?([.][0-9]*)?\s*元?') AND regexp_matches(t, '[0-9]') THEN 'decimal'
            WHEN lower(t) IN ('true', 'false', 'yes', 'no', 'y', 'n', 't', 'f', '是', '否') THEN 'boolean'
            WHEN regexp_full_match(t, '[A-Za-z0-9][A-Za-z0-9_./#+-]*') AND regexp_matches(t, '[0-9]') THEN 'code'
            ELSE 'text'
        END AS kind,
        shape(t) AS shape
    FROM seen
)
SELECT *, kind NOT IN ('null', 'blank', 'placeholder') AS filled, short_shape(shape) AS short, folded(t) AS f FROM known
