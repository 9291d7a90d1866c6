-- Rows spread evenly over the strata of a table (every file, or tenths of the only one), in an order that the seed decides.
WITH placed AS (
    SELECT
        _file,
        _row,
        md5(concat_ws('|', '{seed}', _file, _row)) AS lot,
        CASE WHEN max(_file) OVER () = 0 THEN ntile({strata}) OVER (ORDER BY _row) ELSE _file END AS stratum
    FROM {rows}
),
ranked AS (
    SELECT _file, _row, lot, row_number() OVER (PARTITION BY stratum ORDER BY lot) / count(*) OVER (PARTITION BY stratum) AS turn FROM placed
),
drawn AS (
    SELECT _file, _row FROM ranked ORDER BY turn, lot LIMIT {wanted}
)
SELECT _file, _row FROM drawn ORDER BY ALL
