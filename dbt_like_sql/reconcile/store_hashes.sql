-- The fingerprint of every store's own rows of one ERP table.
SELECT
    store_code,
    count(*) AS rows,
    sum(('x' || left(hash, 16))::bit(64)::bigint) AS first_half,
    sum(('x' || right(hash, 16))::bit(64)::bigint) AS second_half
FROM (SELECT t.store_code, md5(ROW({columns})::text) AS hash FROM {table} AS t) AS hashed
GROUP BY store_code
