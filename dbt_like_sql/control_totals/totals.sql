-- Rows and exact sums of one table of one store. A row that cannot be split, or a number that cannot be read, counts as a row with 0.
SELECT
    count(*) AS "rows",
    CAST(coalesce(sum(CASE WHEN NOT _ragged THEN {money} END), 0) AS DECIMAL(38, 2)) AS money,
    CAST(coalesce(sum(CASE WHEN NOT _ragged THEN {quantity} END), 0) AS DECIMAL(38, 3)) AS quantity,
    CAST(coalesce(sum(CASE WHEN NOT _ragged THEN {points} END), 0) AS DECIMAL(38, 2)) AS points
FROM ({rows})
