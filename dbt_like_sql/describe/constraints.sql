-- Primary keys (p), unique (u), foreign keys (f, with the table they name) and CHECK constraints (c, with their text) of the current schema.
SELECT r.relname AS table_name, c.contype::text AS kind,
    coalesce((SELECT array_agg(a.attname::text ORDER BY k.place)
        FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number), ARRAY[]::text[]) AS columns,
    coalesce(f.relname::text, '') AS refers_to,
    pg_get_constraintdef(c.oid) AS text
FROM pg_constraint AS c
JOIN pg_class AS r ON r.oid = c.conrelid
LEFT JOIN pg_class AS f ON f.oid = c.confrelid
WHERE r.relnamespace = current_schema()::regnamespace AND c.contype IN ('p', 'u', 'f', 'c')
ORDER BY r.relname, c.contype, columns
