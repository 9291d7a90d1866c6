-- Some values of every column: frequent ones of a short list, any of a long one, always the same.
WITH texts AS (
    SELECT c, t, sum(n) AS n FROM {values} WHERE filled GROUP BY ALL
),
listed AS (
    SELECT *, count(*) OVER (PARTITION BY c) <= {few} AS short FROM texts
)
SELECT c, t FROM listed
QUALIFY row_number() OVER (PARTITION BY c ORDER BY CASE WHEN short THEN -n ELSE 0 END, md5(t)) <= {most}
ORDER BY c, n DESC, t
