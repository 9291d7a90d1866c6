-- The keys found for the records that were new.
UPDATE incoming AS i
SET erp_key = r.erp_key, is_owner = r.is_owner
FROM resolved AS r
WHERE r.position = i.position
