-- Inserted rows are deleted.
DELETE FROM {target} AS t USING undo_row AS o WHERE NOT o.was_there AND o.intact AND NOT o.used AND {target_is_owned}
