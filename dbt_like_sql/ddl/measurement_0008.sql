-- Back to the names of before: measurements of whole tables only.
DELETE FROM measurement WHERE by_dimension <> '' OR metric !~ '\.(rows|money|quantity|points|differ)$';
UPDATE measurement SET
    grp = split_part(metric, '.', 1),
    metric = CASE split_part(metric, '.', 2) WHEN 'differ' THEN 'rows_that_differ' ELSE split_part(metric, '.', 2) END
