-- Rows in the ERP that stand there in another group than in the source; with the row of their ticket, where there is one.
SELECT r.row_id, r.outcome, r.target, {groups}, {there}, e.record, {measures}, {ticket} AS ticket_row
FROM {rows} AS r
JOIN erp_keys AS e ON e.erp_key = r.target
{joins}
WHERE NOT r.gone AND ({differ})
