"""Alembic migrations of the control database. Each version is frozen once released; a change of `control/models.py` is a new version."""
