"""Reading the SQL files of `dbt_like_sql`, also from an installed package.

Belongs here: finding and reading a statement. Does not belong here: running it or filling in identifiers.
"""

from functools import cache
from importlib import resources


@cache
def sql_text(path: str) -> str:
    """The text of one SQL file, e.g. `sql_text("load/insert_absent.sql")`.

    Raises:
        FileNotFoundError: there is no such file in `dbt_like_sql`.
    """
    return resources.files("dbt_like_sql").joinpath(*path.split("/")).read_text(encoding="utf-8")
