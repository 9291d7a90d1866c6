-- A small store's five datasets as the ERP takes them, in version 1 (first load) or 2 (some rows changed, some new). DuckDB.
-- Variables: store; lines (sale lines, three to a ticket); version. Suppliers, items and members are company-wide: all stores bring the same.
CREATE TABLE supplier AS
SELECT format('V{:03d}', n) AS supplier_code, 'Supplier ' || CASE WHEN n % 5 = 0 THEN getvariable('version') ELSE 1 END AS name
FROM range(18 + 2 * getvariable('version')) AS made (n);

CREATE TABLE supplier_balance AS
SELECT supplier_code, getvariable('store') AS store_code,
    right(supplier_code, 3)::INT * 1.5 + CASE WHEN supplier_code < 'V005' THEN getvariable('version') ELSE 0 END AS balance
FROM supplier;

CREATE TABLE item AS
SELECT format('P{:04d}', n) AS item_code, 'Item ' || CASE WHEN n % 7 = 0 THEN getvariable('version') ELSE 1 END AS name, 'PCS' AS unit_code,
    false AS weighed, 'goods' AS kind, 'active' AS status, format('V{:03d}', n % 18) AS supplier_code
FROM range(110 + 10 * getvariable('version')) AS made (n);

CREATE TABLE item_barcode AS
SELECT '69' || right(item_code, 4) AS barcode, item_code FROM item;

CREATE TABLE item_price AS
SELECT getvariable('store') AS store_code, item_code,
    right(item_code, 4)::INT * 0.25 + CASE WHEN item_code LIKE '%3' THEN getvariable('version') ELSE 1 END AS sell_price
FROM item;

CREATE TABLE item_pack AS
SELECT getvariable('store') AS store_code, item_code, 'BOX' AS unit_code, 12 AS ratio FROM item WHERE item_code LIKE '%5';

CREATE TABLE coupon_item AS
SELECT 'C' || right(item_code, 4) AS coupon_code, item_code AS product_code, 'SPRING' AS campaign, item_code FROM item WHERE item_code LIKE '%7';

CREATE TABLE member AS
SELECT format('M{:04d}', n) AS member_code, 'unknown' AS gender, 'active' AS status, CASE WHEN n % 9 = 0 THEN 'tier ' || getvariable('version') END AS tier
FROM range(140 + 10 * getvariable('version')) AS made (n);

CREATE TABLE member_card AS
SELECT getvariable('store') AS store_code, 'K' || right(member_code, 4) AS card_no, member_code FROM member;

CREATE TABLE member_balance AS
SELECT member_code, getvariable('store') AS store_code, right(member_code, 4)::INT * CASE WHEN member_code LIKE '%1' THEN getvariable('version') ELSE 1 END AS points
FROM member;

CREATE TABLE opening_stock AS
SELECT getvariable('store') AS store_code, 'MAIN' AS warehouse_code, item_code,
    10 + CASE WHEN item_code LIKE '%2' THEN getvariable('version') ELSE 0 END AS quantity, 2.5 AS unit_cost, quantity * 2.5 AS value
FROM item;

CREATE TABLE ticket_line AS
SELECT getvariable('store') AS store_code, format('T{:06d}', l // 3) AS ticket_no, l % 3 + 1 AS line_no, format('P{:04d}', l * 13 % 120) AS item_code,
    1 AS quantity,
    (l * 79 % 99 + CASE WHEN l // 3 % 10 = 4 THEN getvariable('version') ELSE 1 END)::DECIMAL(9, 2) AS unit_price, unit_price AS amount
FROM range(getvariable('lines') + 30 * (getvariable('version') - 1)) AS made (l);

CREATE TABLE ticket AS
SELECT store_code, ticket_no, TIMESTAMP '2026-01-02 08:00' + right(ticket_no, 6)::INT * INTERVAL 17 SECOND AS sold_at, sold_at::DATE AS business_date,
    format('M{:04d}', right(ticket_no, 6)::INT % 150) AS member_code, 'sale' AS kind, sum(amount) AS total
FROM ticket_line
GROUP BY store_code, ticket_no
ORDER BY ticket_no;

CREATE TABLE payment AS
SELECT store_code, ticket_no, 1 AS payment_no, 'cash' AS method, total AS amount FROM ticket;
