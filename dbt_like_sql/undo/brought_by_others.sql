-- Company-wide rows that would be deleted but that other stores brought as well.
UPDATE undo_row AS o SET used = true
WHERE NOT o.was_there AND o.intact AND array_to_string(ARRAY(SELECT jsonb_array_elements_text(o.row_key)), '|') = ANY(%(keys)s)
