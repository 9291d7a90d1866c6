-- The crosswalk of one dataset in some stores, for export.
SELECT c.erp_key, c.store, c.source_key, c.is_owner, c.first_run, c.fields ->> 'name' AS name
FROM crosswalk AS c
WHERE c.dataset = {dataset} AND {condition}
ORDER BY c.erp_key, c.store, c.source_key
