-- One row per store x dataset: rows by outcome, money in (control totals of the untouched source) and out (ERP as read back), what nobody explains.
-- Money of a dataset is that of one table, so that nothing counts twice: supplier balances, stored value, stock value, sale lines.
WITH rows_by_outcome AS (
    SELECT store, dataset,
        sum(rows)::bigint AS source_rows,
        coalesce(sum(rows) FILTER (WHERE outcome = 'loaded'), 0)::bigint AS loaded,
        coalesce(sum(rows) FILTER (WHERE outcome = 'merged'), 0)::bigint AS merged,
        coalesce(sum(rows) FILTER (WHERE outcome = 'excluded'), 0)::bigint AS excluded,
        coalesce(sum(rows) FILTER (WHERE outcome = 'rejected'), 0)::bigint AS rejected,
        coalesce(sum(rows) FILTER (WHERE outcome = 'undone'), 0)::bigint AS undone
    FROM outcomes_by_reason
    GROUP BY store, dataset
),
money AS (
    SELECT store, dataset,
        coalesce(sum(source) FILTER (WHERE own), 0)::numeric(20, 2) AS money_in,
        coalesce(sum(target) FILTER (WHERE own), 0)::numeric(20, 2) AS money_out,
        coalesce(sum(abs(unexplained)) FILTER (WHERE metric LIKE '%.money' AND by_dimension = '' AND status = 'break'), 0)::numeric(20, 2) AS unexplained,
        count(*) FILTER (WHERE status = 'break')::bigint AS breaks
    FROM (
        SELECT *, metric IN ('suppliers.money', 'members.money', 'stock.money', 'lines.money') AND by_dimension = '' AS own FROM current_measurement
    ) AS measured
    GROUP BY store, dataset
)
SELECT r.store, r.dataset, r.source_rows, r.loaded, r.merged, r.excluded, r.rejected, r.undone, m.money_in, m.money_out, m.unexplained, m.breaks
FROM rows_by_outcome AS r
JOIN money AS m USING (store, dataset)
