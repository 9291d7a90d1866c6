-- Registers the identities of every record that has its key by now; a value that another record has stays with that one.
INSERT INTO identity (dataset, kind, value, erp_key)
SELECT {dataset}, v.kind, v.value, i.erp_key
FROM incoming_identity AS v
JOIN incoming AS i ON i.position = v.position
WHERE i.erp_key IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM identity AS d WHERE d.dataset = {dataset} AND d.kind = v.kind AND d.value = v.value)
ORDER BY v.position, v.place
ON CONFLICT DO NOTHING
