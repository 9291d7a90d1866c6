"""The DuckDB a profile counts with: one file, bounded memory, gone afterwards.

Belongs here: opening it and the functions it knows. Does not belong here: what is counted (`columns.py`, `keys.py`, `relations.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.runtime.sql_files import sql_text

MEMORY = "1GB"
"""Beyond that it goes to disk, however large the sources are."""


@contextmanager
def opened_database(folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database below a folder (or in memory) with the macros of `profile/macros.sql` and `folded(text)`; closed at the end."""
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": MEMORY}
    if folder:
        config["temp_directory"] = str(folder)
    database = duckdb.connect(str(folder / "profile.duckdb") if folder else ":memory:", config=config)
    try:
        database.create_function("folded", folded, ["VARCHAR"], "VARCHAR", type="arrow")  # type: ignore[call-overload]
        database.execute(sql_text("profile/macros.sql"))
        yield database
        database.remove_function("folded")
    finally:
        database.close()


def folded(values: pa.Array) -> pa.Array:
    """Text without differences of width, case and outer blanks."""
    return pc.utf8_trim_whitespace(pc.utf8_lower(pc.utf8_normalize(values, form="NFKC")))
