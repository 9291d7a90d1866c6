-- The rows that stay, and why.
SELECT array_to_string(ARRAY(SELECT jsonb_array_elements_text(o.row_key)), '|') AS row_key,
    CASE WHEN o.intact THEN 'used_elsewhere' ELSE 'changed_since' END AS why
FROM undo_row AS o
WHERE NOT o.left_over AND (NOT o.intact OR o.used)
ORDER BY 1
