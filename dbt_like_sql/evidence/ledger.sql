-- One line of JSON per row of an outcome ledger, in its order; money, quantity and points as text.
-- With a secret, keys of persons and what may quote one become a keyed hash.
SELECT to_json({
    'table': "table",
    'row_id': row_id,
    'outcome': outcome,
    'reason': reason,
    'stage': stage,
    'detail': CASE WHEN $secret = '' OR detail IS NULL OR regexp_full_match(detail, '[A-Za-z_.]*') THEN detail
        ELSE '~' || left(sha256($secret || '|' || detail), 20) END,
    'target_key': CASE WHEN $secret = '' OR target_key IS NULL OR target_key = '' THEN target_key
        ELSE '~' || left(sha256($secret || '|' || target_key), 20) END,
    'money': money::VARCHAR,
    'quantity': quantity::VARCHAR,
    'points': points::VARCHAR
})::VARCHAR AS line
FROM read_parquet($path)
