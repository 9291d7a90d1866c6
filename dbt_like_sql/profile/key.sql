-- Some columns as a key: all rows, rows with a value in each of them, different keys, and different ones after folding.
SELECT
    count(*),
    count(*) FILTER ({filled}),
    count(DISTINCT row({exact})) FILTER ({filled}),
    count(DISTINCT row({folded})) FILTER ({filled})
FROM {rows}
