-- How often each rule fixed or flagged something, per store x dataset and table, in the extract that counts.
SELECT f.store, f.dataset, f.table_name, f.rule, f.reason, f.action, sum(f.hits)::bigint AS hits
FROM finding_sum AS f
JOIN current_extract AS c USING (store, dataset, extract_id)
GROUP BY f.store, f.dataset, f.table_name, f.rule, f.reason, f.action
