-- What the control totals understand of text, run once per DuckDB database.
-- Each macro names its argument as few times as it can: a macro is expanded as text, and planning would cost more than the sums.

-- bare(x): without blanks of any kind around it; what is empty then is NULL.
CREATE OR REPLACE MACRO bare(x) AS nullif(regexp_replace(x, '^[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]+|[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]+$', '', 'g'), '');

-- half_width(x): full-width digits and signs as plain ones.
CREATE OR REPLACE MACRO half_width(x) AS translate(x, '０１２３４５６７８９．，－＋￥', '0123456789.,-+¥');

-- tidy(x): without ="...", apostrophe, currency sign and blanks, each only at the ends. A blank inside stays: it is not a number then.
CREATE OR REPLACE MACRO tidy(x) AS regexp_replace(
    regexp_replace(
        regexp_replace(half_width(x), '^[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]*="(.*)"[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]*$', '\1'),
        '^[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]*''?[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]*([+-]?)(?:[¥$€£][\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]*)?', '\1'
    ),
    '[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]*元?[\s\x0b\x{85}\x{a0}\x{1680}\x{2000}-\x{200d}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]*$', ''
);

-- ungrouped(x): without thousand commas, where every comma is one.
CREATE OR REPLACE MACRO ungrouped(x) AS regexp_replace(
    x, '^([+-]?[0-9]{1,3}),([0-9]{3})(?:,([0-9]{3}))?(?:,([0-9]{3}))?([.][0-9]*)?$', '\1\2\3\4\5'
);

-- num(x): the number a person would read in the text, NULL if it is none: at most 12 digits before the point, no exponent.
-- Digits beyond the tenth place are cut: that never changes how the number rounds (half away from zero) to nine places or fewer,
-- and leaves room to multiply two numbers without overflow.
CREATE OR REPLACE MACRO num(x) AS CASE
    WHEN regexp_full_match(x, '-?[0-9]{1,12}([.][0-9]{1,10})?') THEN CAST(x AS DECIMAL(38, 10))
    ELSE CAST(nullif(regexp_extract(
        ungrouped(tidy(x)), '^([+-]?(?:[0-9]{1,12}[.][0-9]{0,10}|[.][0-9]{1,10}|[0-9]{1,12}$))[0-9]*$', 1
    ), '') AS DECIMAL(38, 10))
END;
