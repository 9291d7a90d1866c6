"""Live databases: read-only, one consistent snapshot of all tables, every row, as Parquet files of text."""
