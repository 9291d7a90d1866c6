-- All rows, with the columns of the first row of a lookup whose keys are the same text.
SELECT
    many.*,
    {columns}
FROM ({rows}) AS many
LEFT JOIN (
    SELECT *
    FROM (SELECT *, row_number() OVER () AS _place FROM ({lookup}))
    QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _place) = 1
) AS one ON {condition}
