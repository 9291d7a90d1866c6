-- Rows and exact sums of one ERP table by group; a group without a value is missing.
SELECT {groups}, count(*), {sums}
FROM {table} AS t
{joins}
WHERE {condition}
GROUP BY {groups}
ORDER BY {places}
