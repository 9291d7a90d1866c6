-- Store x dataset: when the ERP was last written to or taken back, by which batches that changed something, and when it was last compared with the source.
-- `loads` is a hash over those batches and what became of them: a new load or an undo makes another one; a load that changed nothing does not.
SELECT store, dataset, b.touched_at, b.under_way, b.loads, m.measured_at
FROM (
    SELECT store, dataset,
        max(greatest(coalesce(ended_at, started_at), undone_at)) FILTER (WHERE inserted + updated > 0 AND status <> 'lost') AS touched_at,
        count(*) FILTER (WHERE status = 'started')::bigint AS under_way,
        encode(sha256(convert_to(coalesce(string_agg(batch_id || ' ' || status, ',' ORDER BY batch_id)
            FILTER (WHERE inserted + updated > 0 AND status IN ('committed', 'undone')), ''), 'UTF8')), 'hex') AS loads
    FROM load_batch
    GROUP BY store, dataset
) AS b
FULL JOIN (SELECT store, dataset, max(taken_at) AS measured_at FROM measurement GROUP BY store, dataset) AS m USING (store, dataset)
