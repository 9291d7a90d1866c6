-- Sales by business day, all stores together: source, explained, ERP, unexplained, and how many stores sold or differ.
SELECT day, sum(source) AS source, sum(explained) AS explained, sum(target) AS target, sum(unexplained) AS unexplained,
    count(*) AS stores, count(*) FILTER (WHERE unexplained <> 0) AS stores_that_differ
FROM daily_sales
GROUP BY day
