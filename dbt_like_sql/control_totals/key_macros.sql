-- What groups understand of text, run once per DuckDB database after macros.sql.

-- said(x): text without blanks around it, without ="..." and without the apostrophe a spreadsheet puts before digits, codes and Chinese.
CREATE OR REPLACE MACRO said(x) AS list_transform([bare(x)], lambda t: CASE
    WHEN t IS NULL OR left(t, 1) NOT IN ('=', '''') THEN t
    ELSE bare(regexp_replace(regexp_replace(t, '^="(.*)"$', '\1'), '^''([^A-Za-zÀ-ɏ]|[^0-9０-９]*[0-9０-９]|$)', '\1'))
END)[1];

-- code(x): a code as people compare it: full-width signs as plain ones, no line breaks, no apostrophe before, no .0 behind.
CREATE OR REPLACE MACRO code(x) AS list_transform([said(x)], lambda t: CASE
    WHEN t IS NULL OR regexp_full_match(t, '[0-9A-Za-z_-]+') THEN t
    ELSE bare(regexp_replace(
        regexp_replace(translate(t,
            '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～',
            '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'
        ), '[\r\n\t]+|^''+', '', 'g'), '^([0-9]{1,15})[.]0$', '\1'))
END)[1];

-- percent(x): 13 and 13% are 13.
CREATE OR REPLACE MACRO percent(x) AS num(regexp_replace(bare(x), ' *[%％]$', ''));

-- moment(x): what reads in one way only: 2026-01-02 03:04:05 with - / or . between, 20260102, 2026年1月2日, 13/01/2026. An offset is left out.
CREATE OR REPLACE MACRO moment(x) AS CASE
    WHEN regexp_full_match(x, '[12][0-9]{3}-[0-9]{2}-[0-9]{2}(?:[ T][0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?)?') THEN TRY_CAST(x AS TIMESTAMP)
    ELSE TRY_CAST(regexp_replace(
        regexp_replace(
        regexp_replace(
        regexp_replace(
        regexp_replace(
        regexp_replace(half_width(said(x)),
            '^((?:19|20)[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})[日号]? *(?:([0-9]{1,2})[时點点:]([0-9]{1,2})(?:分?|[分:]([0-9]{1,2})秒?))?$', '\1-\2-\3 \4:\5:\6'),
            '[ :]+$', ''),
            '^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:[ T]?([0-9]{2}):?([0-9]{2}):?([0-9]{2})?)?$', '\1-\2-\3 \4:\5:\6'),
            '^(1[3-9]|2[0-9]|3[01])[-/.]([0-9]{1,2})[-/.]([0-9]{4})', '\3-\2-\1'),
            '^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})', '\1-\2-\3'),
            '(:[0-9.]+) ?(?:Z|UTC|GMT|[+-][0-9:]{2,6})$|[ :]+$', '\1'
    ) AS TIMESTAMP)
END;

-- serial(x): days since 1899-12-30 as spreadsheets count them.
CREATE OR REPLACE MACRO serial(x) AS TIMESTAMP '1899-12-30' + to_milliseconds(CAST(round(num(x) * 86400000, 0) AS BIGINT));
