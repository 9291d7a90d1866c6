-- The rows of one table of one store that could be split: where each stands, its keys as text, its measures.
CREATE OR REPLACE TEMP TABLE {name} AS
SELECT "_input of row" AS input, "_place of row" AS place, "_cell of row" AS cell, {keys}, {measures}
FROM ({rows})
WHERE NOT _ragged
