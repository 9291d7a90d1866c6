-- Items with some barcodes, and packs of one store: what one scan sells, in base units.
SELECT b.barcode, b.item_code, i.unit_code, 1::numeric(18, 6) AS ratio
FROM item_barcode AS b
JOIN item AS i ON i.item_code = b.item_code
WHERE b.barcode = ANY({barcodes}::text[])
UNION ALL
SELECT p.barcode, p.item_code, p.unit_code, p.ratio
FROM item_pack AS p
WHERE p.store_code = {store} AND p.barcode = ANY({barcodes}::text[])
