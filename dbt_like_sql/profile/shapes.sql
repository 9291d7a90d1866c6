-- The most frequent shapes of every column, numbers and other text apart.
SELECT c, kind IN ('integer', 'decimal', 'digits') AS number, shape, short, sum(n) AS rows
FROM {values}
WHERE filled
GROUP BY c, kind IN ('integer', 'decimal', 'digits'), shape, short
QUALIFY row_number() OVER (PARTITION BY c, kind IN ('integer', 'decimal', 'digits') ORDER BY sum(n) DESC, shape) <= {most}
ORDER BY c, rows DESC, shape
