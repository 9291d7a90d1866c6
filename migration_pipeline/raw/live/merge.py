"""The previous snapshot and the fetched rows as one new snapshot, compared and joined on disk by DuckDB.

Belongs here: which rows are missing, putting rows together, counting what changed. Does not belong here: the database the rows come
from, whether an increment may be used (`increment.py`).

Three views: `now` (k, mark, place), the keys and watermarks the database has, in its order; `old` and `got` (k, mark, r), the
previous rows and the fetched ones. `k` is the key as a list, `r` the whole row; columns go by place, since names may differ in case only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import duckdb

_SETTINGS = {"threads": "2", "memory_limit": "512MB"}
_PAIR = "CREATE VIEW pair AS SELECT now.*, old.mark AS before, old.k IS NULL AS new FROM now LEFT JOIN old ON now.k = old.k"
_MISSING = (
    "CREATE TABLE missing AS SELECT k, place, new FROM pair WHERE new OR mark IS NULL OR mark = $high OR mark IS DISTINCT FROM before"
)
_FETCHED = "CREATE VIEW fetched AS SELECT place, r FROM now JOIN got ON now.k = got.k"
_KEPT = "CREATE VIEW kept AS SELECT place, r FROM now JOIN old ON now.k = old.k WHERE place NOT IN (SELECT place FROM missing)"
_MERGED = "SELECT unnest(r) FROM (SELECT * FROM fetched UNION ALL SELECT * FROM kept) ORDER BY place"
_DOUBLES = "SELECT count(*) - count(DISTINCT k) FROM "


@dataclass(frozen=True)
class Merge:
    """A comparison under way.

    Attributes:
        lake: holds the views.
        folder: for what does not fit in memory.
        names: the source's columns; `key` and `mark` are places in them.
    """

    lake: duckdb.DuckDBPyConnection
    folder: Path
    names: Sequence[str]
    key: Sequence[int]
    mark: int

    def compare(self, now: Path, previous: Path, high: str | None) -> int:
        """Find the rows to fetch; returns how many, or -1 if the key is not unique.

        They are the new ones, those with another watermark or none, and those as young as the youngest of the previous snapshot
        (`high`): they may have changed again within the same tick of the clock.
        """
        listed = [*self.key, *({self.mark} - {*self.key})]
        self._view("now", now, listed, "k, mark, place")
        self._view("old", previous, range(len(self.names)), "k, mark, r")
        if self._number(_DOUBLES + "now") or self._number(_DOUBLES + "old"):
            return -1
        self.lake.execute(_PAIR)
        self.lake.execute(_MISSING, {"high": high})
        return self._number("SELECT count(*) FROM missing")

    def missing(self, size: int) -> Iterator[list[list[str]]]:
        """Keys of the rows to fetch, `size` at once; ask DuckDB nothing else meanwhile."""
        self.lake.execute("SELECT k FROM missing ORDER BY place")
        while some := self.lake.fetchmany(size):
            yield [key for (key,) in some]

    def put_together(self, got: Path) -> Path:
        """The new snapshot in the order of `now`, with columns named by place."""
        self._view("got", got, range(len(self.names)), "k, mark, r")
        self.lake.execute(_FETCHED)
        self.lake.execute(_KEPT)
        merged = self.folder / "merged"
        self.lake.sql(_MERGED).write_parquet(str(merged))
        return merged

    def new(self) -> int:
        """Rows that were not there before."""
        return self._number("SELECT count(*) FROM missing WHERE new")

    def changed(self) -> int:
        """Fetched rows that were there, with at least one other value."""
        return self._number("SELECT count(*) FROM got JOIN old ON got.k = old.k WHERE got.r IS DISTINCT FROM old.r")

    def deleted(self) -> int:
        """Rows that are not there any more."""
        return self._number("SELECT count(*) FROM old WHERE NOT EXISTS (SELECT 1 FROM now WHERE now.k = old.k)")

    def _view(self, name: str, path: Path, places: Sequence[int], columns: str) -> None:
        """Only places (numbers) and a quoted path become part of the text."""
        parts = {
            "k": f"[{', '.join(f'c{place}' for place in self.key)}] AS k",
            "mark": f"c{self.mark} AS mark",
            "place": "place",
            "r": "{" + ", ".join(f"'c{place}': c{place}" for place in places) + "} AS r",
        }
        wanted = ", ".join(parts[part] for part in columns.split(", "))
        renamed = ", ".join([*(f"c{place}" for place in places), "place"])
        file = escape(str(path)).replace("'", "''")
        source = f"read_parquet('{file}', file_row_number = true) AS t({renamed})"
        self.lake.execute(f"CREATE VIEW {name} AS SELECT {wanted} FROM {source}")  # noqa: S608 - see above

    def _number(self, question: str) -> int:
        row = self.lake.execute(question).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def merging(folder: Path, names: Sequence[str], key: Sequence[str], mark: str) -> Iterator[Merge]:
    """A comparison of rows with these columns, of which `key` identifies and `mark` dates them."""
    with duckdb.connect(config={**_SETTINGS, "temp_directory": str(folder)}) as lake:
        yield Merge(lake, folder, names, [names.index(each) for each in key], names.index(mark))
