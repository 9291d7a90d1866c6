"""Bringing the control database to the newest version, from wherever it is.

Belongs here: running Alembic from code, one process at a time. Does not belong here: the versions (`control/migrations/`).
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from migration_pipeline.control.engine import control_engine
from migration_pipeline.runtime.databases import CONTROL, Databases

_UPGRADE_LOCK = 7_350_514_298
"""Advisory lock: two processes that upgrade at once take turns; the second finds nothing to do."""


def alembic_config() -> Config:
    """Alembic's settings without a file: the scripts lie in the installed package."""
    config = Config()
    config.set_main_option("script_location", "migration_pipeline:control/migrations")
    return config


def upgrade(databases: Databases, revision: str = "head") -> None:
    """Create the control database if it is absent and apply all missing migrations in one transaction.

    Raises:
        InfrastructureError: the database cannot be reached or created.
    """
    databases.ensure(CONTROL)
    config = alembic_config()
    with control_engine(databases).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
