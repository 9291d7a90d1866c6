-- Per group the source's sums where the ERP holds the value of one row: the others are explained if it is one that a row says.
SELECT {groups}, {figures}
FROM {rows} AS r
LEFT JOIN erp_cells AS e USING ({groups})
GROUP BY {groups}
