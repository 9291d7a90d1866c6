-- Rows and exact sums of one table of one store. A row that cannot be split, or a number that cannot be read, counts as a row with 0.
SELECT count(*), {sums}
FROM {rows}
