"""Every SQL statement longer than a line, one per file. No Python belongs here; `runtime/sql_files.py` reads the files."""
