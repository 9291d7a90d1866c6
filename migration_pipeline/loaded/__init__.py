"""Writing ERP rows into a target, in batches that are all or nothing. Not: what the rows are (`mapped/`), comparing (`reconciled/`)."""
