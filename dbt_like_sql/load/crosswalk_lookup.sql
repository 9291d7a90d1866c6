-- ERP keys of source keys; where several stores know a key, the store that is named first wins.
SELECT DISTINCT ON (c.source_key) c.source_key, c.store, c.erp_key{fields}
FROM crosswalk AS c
WHERE c.dataset = {dataset} AND c.store = ANY({stores}) AND {condition}
ORDER BY c.source_key, array_position({stores}, c.store)
