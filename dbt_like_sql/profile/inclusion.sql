-- For every two columns that share values: how many different values and rows of the first are among those of the second; ".0" does not count.
WITH texts AS (
    {texts}
),
here AS (
    SELECT k, regexp_replace(t, '[.]0$', '') AS v, sum(n) AS n FROM texts GROUP BY ALL
)
SELECT child.k AS child, parent.k AS parent, count(*) AS hits, sum(child.n) AS rows
FROM here AS child JOIN here AS parent ON child.v = parent.v AND child.k <> parent.k
WHERE child.k IN ({children}) AND parent.k IN ({parents})
GROUP BY ALL
ORDER BY ALL
