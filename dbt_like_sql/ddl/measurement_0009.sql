-- Measurements of whole tables under the names of the ladder: `lines.money` for money of lines.
UPDATE measurement SET
    rung = CASE metric WHEN 'rows' THEN 'counts' WHEN 'rows_that_differ' THEN 'rows' ELSE 'control_totals' END,
    metric = grp || '.' || CASE metric WHEN 'rows_that_differ' THEN 'differ' ELSE metric END,
    grp = ''
