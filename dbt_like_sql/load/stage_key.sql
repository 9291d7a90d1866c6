-- A key that comes twice in a batch is refused here.
CREATE UNIQUE INDEX ON {stage} ({key})
