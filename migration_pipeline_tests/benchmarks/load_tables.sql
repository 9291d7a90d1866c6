-- Items, members, and so many sale lines (variable `lines`), three to a ticket, one payment each, a member on every second ticket. DuckDB.
CREATE TABLE item AS
SELECT format('P{:08d}', n) AS item_code, 'Item' AS name, 'PCS' AS unit_code, false AS weighed, 'goods' AS kind, 'active' AS status
FROM range(20000) AS made (n);

CREATE TABLE member AS
SELECT format('M{:08d}', n) AS member_code, 'unknown' AS gender, 'active' AS status FROM range(50000) AS made (n);

CREATE TABLE ticket_line AS
SELECT 'S1' AS store_code, format('T2026-{:08d}', l // 3) AS ticket_no, l % 3 + 1 AS line_no, format('P{:08d}', l * 13 % 20000) AS item_code,
    1 AS quantity, (l * 7919 % 9900 + 100) * 0.01 AS unit_price, unit_price AS amount
FROM range(getvariable('lines')) AS made (l);

CREATE TABLE ticket AS
SELECT store_code, ticket_no, right(ticket_no, 8)::BIGINT AS n, TIMESTAMP '2025-01-01 08:00' + n * INTERVAL 17 SECOND AS sold_at,
    sold_at::DATE AS business_date, '01' AS terminal, '1001' AS cashier, CASE n % 2 WHEN 0 THEN format('M{:08d}', n * 31 % 50000) END AS member_code,
    'sale' AS kind, sum(amount) AS total
FROM ticket_line
GROUP BY store_code, ticket_no
ORDER BY ticket_no;

CREATE TABLE payment AS
SELECT store_code, ticket_no, 1 AS payment_no, ['wechat', 'alipay', 'cash', 'card'][n % 4 + 1] AS method, total AS amount FROM ticket;

CREATE TABLE ledger AS
SELECT "table", "table" || '.csv:' || row_number() OVER () AS row_id, 'loaded' AS outcome, 'loaded' AS reason, 'loaded' AS stage, '' AS detail,
    target_key, money, 0 AS quantity, 0 AS points
FROM (
    SELECT 'tickets' AS "table", ticket_no AS target_key, total AS money FROM ticket
    UNION ALL SELECT 'lines', ticket_no || '|' || line_no, amount FROM ticket_line
    UNION ALL SELECT 'payments', ticket_no || '|' || payment_no, amount FROM payment
);
