-- Everything registered for the ERP records that share at least one identity with a new record.
SELECT d.erp_key, d.kind, d.value
FROM identity AS d
WHERE d.dataset = {dataset}
  AND d.erp_key IN (
      SELECT hit.erp_key
      FROM incoming_identity AS v
      JOIN incoming AS i ON i.position = v.position AND i.erp_key IS NULL
      JOIN identity AS hit ON hit.dataset = {dataset} AND hit.kind = v.kind AND hit.value = v.value
  )
