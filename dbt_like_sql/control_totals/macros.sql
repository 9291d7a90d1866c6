-- What the control totals understand of text, run once per DuckDB database.
-- Each macro names its argument as few times as it can: a macro is expanded as text, and planning would cost more than the sums.

-- bare(x): without blanks of any kind and control characters around it (those of cleaned/parsed.py); what is empty then is NULL.
CREATE OR REPLACE MACRO bare(x) AS nullif(regexp_replace(x, '^[\x00-\x20\x7f-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}]+|[\x00-\x20\x7f-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}]+$', '', 'g'), '');

-- half_width(x): full-width digits, signs and letters of currencies as plain ones.
CREATE OR REPLACE MACRO half_width(x) AS translate(x, '０１２３４５６７８９．，－＋￥＄￡（）％−ＲＭＢＣＮＹＵＳＤＥｒｍｂｃｎｙｕｓｄｅ', '0123456789.,-+¥$£()%-RMBCNYUSDErmbcnyusde');

-- tidy(x): without ="...", apostrophe, one currency at either end and blanks, each only at the ends. A blank inside stays: it is not a number then.
CREATE OR REPLACE MACRO tidy(x) AS regexp_replace(
    regexp_replace(
        regexp_replace(half_width(x), '^[\x00-\x20\x7f-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}]*="(.*)"[\x00-\x20\x7f-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}]*$', '\1'),
        '^[\x00-\x20\x7f-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}]*''?[\x00-\x20\x7f-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}]*([(]?[+-]?)(?:(?i:[¥$€£]|RMB|CNY|USD|EUR)[\x00-\x20\x7f-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}]*)?', '\1'
    ),
    '(?:[\x00-\x20\x7f-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}]*(?i:元|RMB|CNY|USD|EUR)([)-]?))?[\x00-\x20\x7f-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}\x{feff}]*$', '\1'
);

-- signed(x): (12.50) and 12.50- as -12.50.
CREATE OR REPLACE MACRO signed(x) AS regexp_replace(x, '^(?:[(]([0-9.,]+)[)]|([0-9.,]+)-)$', '-\1\2');

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
        ungrouped(signed(tidy(x))), '^([+-]?(?:[0-9]{1,12}[.][0-9]{0,10}|[.][0-9]{1,10}|[0-9]{1,12}$))[0-9]*$', 1
    ), '') AS DECIMAL(38, 10))
END;

-- off(x): a discount rate: 10% is 0.1, 8折 (also 8.5折, 85折, 八五折) is what is missing to the full price; a plain number is itself.
CREATE OR REPLACE MACRO off(x) AS list_transform([x], lambda t: CASE
    WHEN NOT regexp_matches(t, '[%％折]') THEN num(t)
    WHEN regexp_matches(t, '[%％]') THEN CAST(num(regexp_extract(tidy(t), '^([+-]?[0-9]{1,3}(?:[.][0-9]{0,4})?) *%$', 1)) / 100 AS DECIMAL(38, 10))
    ELSE 1 - CAST('0.' || nullif(replace(regexp_extract(
        translate(tidy(t), '一二三四五六七八九', '123456789'), '^([1-9](?:[.][0-9]{1,2})?|[1-9][1-9]) *折$', 1
    ), '.', ''), '') AS DECIMAL(38, 10))
END)[1];
