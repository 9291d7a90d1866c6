-- The rows of one table of one store: where each stands, its keys as text, its measures. A row that could not be split has neither.
CREATE OR REPLACE TEMP TABLE {name} AS
SELECT "_input of row" AS input, "_place of row" AS place, "_cell of row" AS cell, _ragged AS ragged, {keys}, {measures}
FROM ({rows})
