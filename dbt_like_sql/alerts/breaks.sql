-- Breaks that wait for a person by store and dataset: how many, and a print of which they are and how large.
SELECT store, dataset, count(*)::bigint AS breaks, md5(string_agg(id || ':' || rows || ':' || amount, ',' ORDER BY id)) AS print
FROM open_break
GROUP BY store, dataset
ORDER BY store, dataset
