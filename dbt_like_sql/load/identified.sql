-- Which ERP record each of some identifiers belongs to: to one at most, the first that had it.
SELECT d.value, d.erp_key
FROM identity AS d
WHERE d.dataset = {dataset} AND d.kind = {kind} AND d.value = ANY ({values})
