-- Per group the source's sums, what of them ended before the ERP, and by how much the ledger differs for the rest.
SELECT {groups}, {figures}
FROM {rows}
GROUP BY {groups}
