-- References of company-wide staged rows to records that the ERP does not have yet, emptied: another store's record that was mapped,
-- but whose store stopped before its load. Its own load brings both, and the reference with them.
UPDATE {stage} AS s SET {column} = NULL
WHERE {staged_column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {referenced} AS r WHERE {referenced_key} = {staged_column})
