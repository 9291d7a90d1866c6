"""The control database reaches the newest version from anywhere, and the versions say what the models say."""

from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import Base
from migration_pipeline.runtime.databases import Databases


def test_the_migrations_build_exactly_the_models(databases: Databases) -> None:
    upgrade(databases)
    with control_engine(databases).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == "0010"


def test_two_processes_may_upgrade_at_once_and_again(databases: Databases) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(upgrade, [databases, databases]))
    upgrade(databases)
    with databases.connect("control") as connection:
        assert connection.execute("SELECT count(*) FROM crosswalk").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
