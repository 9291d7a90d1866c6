-- What the profile understands of text, run once per DuckDB database.

-- bare(x): without blanks of any kind around it (full-width, no-break and zero-width ones, tabs and line breaks count as blanks).
CREATE OR REPLACE MACRO bare(x) AS regexp_replace(x, '^[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]+|[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]+$', '', 'g');

-- unwrapped(x): without the ="..." and the apostrophe that keep spreadsheets from turning ids into numbers.
CREATE OR REPLACE MACRO unwrapped(x) AS bare(regexp_replace(regexp_replace(bare(x), '^="(.*)"$', '\1'), '^''', ''));

-- shape(x): digits as 9, letters as A, Chinese characters as 汉; signs as they are. It shows the form and hides the value.
CREATE OR REPLACE MACRO shape(x) AS translate(
    regexp_replace(regexp_replace(regexp_replace(left(x, 60), '\p{Nd}', '9', 'g'), '\p{Han}', chr(1), 'g'), '\p{L}', 'A', 'g'), chr(1), '汉'
);

-- short_shape(x): a shape with every run of one sign as a single one.
CREATE OR REPLACE MACRO short_shape(x) AS regexp_replace(regexp_replace(regexp_replace(x, '9+', '9', 'g'), 'A+', 'A', 'g'), '汉+', '汉', 'g');

-- figure(x): the number a person would read in the text, as a DECIMAL; NULL if it is none.
CREATE OR REPLACE MACRO figure(x) AS TRY_CAST(
    regexp_replace(regexp_replace(regexp_replace(x, '^([+-]?)\s*[¥￥$€£]\s*', '\1'), '\s*元$', ''), ',', '', 'g') AS DECIMAL(38, 6)
);

-- ean_ok(x): whether the digits of an EAN-8, UPC-A or EAN-13 end in their check digit.
CREATE OR REPLACE MACRO ean_ok(x) AS (
    10 - list_sum([TRY_CAST(substr(lpad(x, 14, '0'), i, 1) AS INTEGER) * (CASE WHEN i % 2 = 1 THEN 3 ELSE 1 END) FOR i IN range(1, 14)]) % 10
) % 10 = TRY_CAST(right(x, 1) AS INTEGER);
