-- Records that the crosswalk knows keep their ERP key, whatever their identities say now.
UPDATE incoming AS i
SET erp_key = c.erp_key, is_owner = c.is_owner
FROM crosswalk AS c
WHERE c.dataset = {dataset} AND c.store = {store} AND c.source_key = i.source_key
