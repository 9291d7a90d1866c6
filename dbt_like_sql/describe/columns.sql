-- Columns of the tables of the current schema, in their order: type, greatest number of characters, precision, scale, whether a value is required.
-- Values of an enumerated type come with it. The loader's own mark on rows is not the ERP's.
SELECT c.table_name, c.column_name,
    CASE WHEN c.data_type = 'USER-DEFINED' THEN c.udt_name ELSE c.data_type END AS data_type,
    c.character_maximum_length, c.numeric_precision, c.numeric_scale,
    c.is_nullable = 'NO' AND c.column_default IS NULL AND c.is_identity = 'NO' AS required,
    (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum AS e JOIN pg_type AS t ON t.oid = e.enumtypid WHERE t.typname = c.udt_name)
        AS allowed
FROM information_schema.columns AS c
JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.column_name <> 'load_batch'
ORDER BY c.table_name, c.ordinal_position
