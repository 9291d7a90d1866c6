-- Sales by store and business day: the untouched source, what reasons explain, the ERP as read back, what nobody explains. `-`: no day, `?`: a day that cannot be read.
SELECT store, grp AS day, sum(source) AS source, sum(explained) AS explained, sum(target) AS target, sum(unexplained) AS unexplained
FROM current_measurement
WHERE dataset = 'sales' AND metric = 'lines.money' AND by_dimension = 'day' AND status <> 'not_measurable'
GROUP BY store, grp
