"""The control database reaches the newest version from anywhere, and the versions say what the models say."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import Base
from migration_pipeline.control.views import build_views
from migration_pipeline.runtime.databases import Databases


def test_the_migrations_build_exactly_the_models(databases: Databases) -> None:
    upgrade(databases)
    with control_engine(databases).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == "0013"


def test_two_processes_may_upgrade_at_once_and_again(databases: Databases) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(upgrade, [databases, databases]))
    upgrade(databases)
    with databases.connect("control") as connection:
        assert connection.execute("SELECT count(*) FROM crosswalk").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_measurements_of_before_the_ladder_are_kept_under_its_names_though_views_stand_on_them(databases: Databases) -> None:
    upgrade(databases, "0008")
    with databases.connect("control") as connection:
        connection.execute("CREATE VIEW current_measurement AS SELECT * FROM measurement")
        for metric, grp in (("money", "lines"), ("rows", "lines"), ("rows_that_differ", "ticket_line")):
            connection.execute(
                "INSERT INTO measurement (run_id, taken_at, store, dataset, metric, grp, source, target, difference, explained, "
                "unexplained, status) VALUES ('r', now(), 'S1', 'sales', %s, %s, 1.5, 1.5, 0, 0, 0, 'equal')",
                (metric, grp),
            )
    upgrade(databases)
    build_views(databases)
    with databases.connect("control") as connection:
        columns = "rung, metric, by_dimension, grp, source, tolerance, sample"
        found = connection.execute(f"SELECT {columns} FROM current_measurement ORDER BY id").fetchall()  # noqa: S608 - columns of our own
    assert found == [
        ("control_totals", "lines.money", "", "", Decimal("1.5"), 0, []),
        ("counts", "lines.rows", "", "", Decimal("1.5"), 0, []),
        ("rows", "ticket_line.differ", "", "", Decimal("1.5"), 0, []),
    ]
