-- What the catalogues say of each product code: the first catalogue that knows it; where its rows say several things, nobody can tell which counts.
CREATE OR REPLACE TEMP TABLE catalogue AS
SELECT product,
    CASE WHEN count(DISTINCT category) = 1 THEN min(category) ELSE '?' END AS category,
    CASE WHEN count(DISTINCT tax) = 1 THEN min(tax) ELSE '?' END AS tax
FROM (
    SELECT product, coalesce(category, '-') AS category, coalesce(tax, '-') AS tax
    FROM ({catalogues})
    WHERE product IS NOT NULL AND NOT ragged
    QUALIFY rank = min(rank) OVER (PARTITION BY product)
)
GROUP BY product
