-- What one store has of some items.
SELECT s.warehouse_code, s.item_code, s.quantity
FROM opening_stock AS s
WHERE s.store_code = {store} AND s.item_code = ANY({items}::text[])
