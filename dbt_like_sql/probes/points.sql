-- The points behind some cards of one store.
SELECT c.card_no, b.points
FROM member_card AS c
JOIN member_balance AS b ON b.member_code = c.member_code AND b.store_code = c.store_code
WHERE c.store_code = {store} AND c.card_no = ANY({cards}::text[])
