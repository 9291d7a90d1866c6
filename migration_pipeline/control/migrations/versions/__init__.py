"""The versions, oldest first. Nothing is imported from here; Alembic finds the files."""
