-- Items of exactly these names.
SELECT i.name, i.item_code, i.unit_code
FROM item AS i
WHERE i.name = ANY({names}::text[])
