-- Per group why rows are not in the ERP.
SELECT {groups}, reason, {figures}
FROM {rows}
WHERE outcome IS NOT NULL AND outcome <> 'loaded'
GROUP BY {groups}, reason
