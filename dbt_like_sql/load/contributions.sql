-- What every source record of some ERP keys says of its fields.
SELECT c.erp_key, c.fields::text AS fields
FROM crosswalk AS c
WHERE c.dataset = {dataset} AND c.erp_key = ANY ({erp_keys})
