-- The one most frequent short shape of every column, with its rows and the lengths of its texts.
SELECT c, short, sum(n) AS rows, min(length(t)) AS shortest, max(length(t)) AS longest
FROM {values}
WHERE filled
GROUP BY c, short
QUALIFY row_number() OVER (PARTITION BY c ORDER BY sum(n) DESC, short) = 1
