-- ERP keys whose value is not the sum of the source rows that went into it, with one of these rows and its groups.
SELECT r.target, {groups}, r.row_id, sum(r.{measure}) OVER (PARTITION BY r.target) - e.{measure}_there AS amount
FROM {rows} AS r
JOIN erp_keys AS e ON e.erp_key = r.target
WHERE NOT r.gone
QUALIFY amount <> 0
