-- For the hints of new records: whether the hint is an ERP key already, and the highest number behind it ("4711-3": 3; else 1).
-- Keys behind a hint are a range of the index: "." follows "-" in code point order.
SELECT hints.code_hint, used.in_use, coalesce(behind.number, 1) AS number
FROM (SELECT DISTINCT code_hint FROM incoming WHERE erp_key IS NULL AND code_digits = 0) AS hints
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT 1 FROM crosswalk AS c WHERE c.dataset = {dataset} AND c.erp_key = hints.code_hint) AS in_use
) AS used
CROSS JOIN LATERAL (
    SELECT max(substring(c.erp_key FROM length(hints.code_hint) + 2)::bigint) AS number
    FROM crosswalk AS c
    WHERE c.dataset = {dataset} AND c.erp_key >= hints.code_hint || '-' AND c.erp_key < hints.code_hint || '.'
      AND substring(c.erp_key FROM length(hints.code_hint) + 2) ~ '^[0-9]{{1,9}}$'
) AS behind
WHERE used.in_use OR behind.number IS NOT NULL
