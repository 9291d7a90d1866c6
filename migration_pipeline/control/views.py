"""The views for auditors: every file of `dbt_like_sql/models/` is one SELECT and becomes one view of the control database.

Belongs here: building them in the order they need each other, reading them. Does not belong here: the SELECTs.
"""

import re
from graphlib import TopologicalSorter
from importlib import resources

import pandas as pd
from psycopg import sql

from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.sql_files import sql_text

_LOCK = 7_350_514_297


def model_names() -> list[str]:
    """All models, each after those it selects from."""
    folder = resources.files("dbt_like_sql") / "models"
    names = sorted(item.name.removesuffix(".sql") for item in folder.iterdir() if item.name.endswith(".sql"))
    needs = {
        name: {other for other in names if other != name and re.search(rf"\b{other}\b", sql_text(f"models/{name}.sql"))} for name in names
    }
    return list(TopologicalSorter(needs).static_order())


def build_views(databases: Databases) -> None:
    """Create all views anew, so that they are what the files say."""
    names = model_names()
    with databases.connect(CONTROL) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        for name in reversed(names):
            connection.execute(sql.SQL("DROP VIEW IF EXISTS {}").format(sql.Identifier(name)))
        for name in names:
            view = sql.SQL("CREATE VIEW {} AS ").format(sql.Identifier(name))
            connection.execute(view + sql.SQL(sql_text(f"models/{name}.sql")))


def read_view(databases: Databases, name: str, order: tuple[str, ...], *, store: str | None = None) -> pd.DataFrame:
    """All rows of one view, or those of one store; numbers as int or Decimal.

    Raises:
        KeyError: there is no such model.
    """
    if name not in model_names():
        raise KeyError(f"there is no model {name!r}")
    only = sql.SQL("") if store is None else sql.SQL(" WHERE store = %(store)s")
    ordered = sql.SQL(", ").join(map(sql.Identifier, order))
    query = sql.SQL("SELECT * FROM {}{} ORDER BY {}").format(sql.Identifier(name), only, ordered)
    with databases.connect(CONTROL) as connection:
        cursor = connection.execute(query, {"store": store})
        columns = [column.name for column in cursor.description or ()]
        return pd.DataFrame(cursor.fetchall(), columns=columns, dtype=object)
