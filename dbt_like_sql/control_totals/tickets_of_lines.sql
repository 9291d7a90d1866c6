-- Tickets of a source that has lines only: a ticket is in the ERP if one of its lines is; its day is the first of those lines'.
CREATE OR REPLACE TEMP TABLE {name} AS
SELECT k_ticket, coalesce(min(k_day) FILTER (WHERE NOT gone), min(k_day)) AS k_day,
    CAST(0 AS DECIMAL(38, 2)) AS money, CAST(0 AS DECIMAL(38, 2)) AS ledger_money,
    first(row_id) AS row_id, CASE WHEN bool_and(gone) THEN 'excluded' ELSE 'loaded' END AS outcome,
    coalesce(min(reason) FILTER (WHERE gone), '') AS reason, k_ticket AS target, bool_and(gone) AS gone
FROM {lines}
WHERE k_ticket IS NOT NULL
GROUP BY k_ticket
