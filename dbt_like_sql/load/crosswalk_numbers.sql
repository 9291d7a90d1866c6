-- For the hints of new records that end in a running number: the highest number of that width ever given.
-- Keys with digits behind a hint are a range of the index (":" follows "9" in code point order), read from its end.
SELECT hints.code_hint, hints.code_digits, coalesce(highest.number, 0) AS number
FROM (SELECT DISTINCT code_hint, code_digits FROM incoming WHERE erp_key IS NULL AND code_digits > 0) AS hints
LEFT JOIN LATERAL (
    SELECT substring(c.erp_key FROM length(hints.code_hint) + 1)::bigint AS number
    FROM crosswalk AS c
    WHERE c.dataset = {dataset} AND c.erp_key >= hints.code_hint || '0' AND c.erp_key < hints.code_hint || ':'
      AND length(c.erp_key) = length(hints.code_hint) + hints.code_digits
      AND substring(c.erp_key FROM length(hints.code_hint) + 1) ~ '^[0-9]+$'
    ORDER BY c.erp_key DESC
    LIMIT 1
) AS highest ON true
