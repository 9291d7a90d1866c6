-- Rows that would be deleted but that another table refers to.
UPDATE undo_row AS o SET used = true
WHERE NOT o.was_there AND o.intact AND EXISTS (SELECT 1 FROM {referrer} AS r WHERE {referrer_has_key})
