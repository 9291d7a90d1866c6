-- A fingerprint of one ERP table, independent of row order: how many rows, and the exact sums of both halves of each row's MD5.
SELECT
    count(*) AS rows,
    coalesce(sum(('x' || left(hash, 16))::bit(64)::bigint), 0) AS first_half,
    coalesce(sum(('x' || right(hash, 16))::bit(64)::bigint), 0) AS second_half
FROM (SELECT md5(ROW({columns})::text) AS hash FROM {table} AS t WHERE {condition}) AS hashed
