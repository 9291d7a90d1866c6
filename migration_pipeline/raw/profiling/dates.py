"""Which strptime pattern the dates of a column follow, and whether day and month can be told apart.

Belongs here: patterns by shape, tried on every value. Does not belong here: parsing dates for the ERP (`cleaned/parsing.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import duckdb

ENOUGH = 80
SURE = 98
_DAYS = {
    "9-9-9": ("%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y"),
    "9/9/9": ("%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y"),
    "9.9.9": ("%Y.%m.%d", "%d.%m.%Y", "%m.%d.%Y", "%d.%m.%y"),
    "9汉9汉9汉": ("%Y年%m月%d日",),
    "9-A-9": ("%d-%b-%Y", "%d-%b-%y"),
    "9 A 9": ("%d %b %Y", "%d %B %Y"),
    "A 9, 9": ("%b %d, %Y", "%B %d, %Y"),
}
_TIMES = {
    "": "",
    "9:9": "%H:%M",
    "9:9:9": "%H:%M:%S",
    "9:9:9.9": "%H:%M:%S.%f",
    "9:9 A": "%I:%M %p",
    "9:9:9 A": "%I:%M:%S %p",
}
_ZONES = {"": "", "A": "Z", "+9:9": "%z", "+9": "%z"}
_BARE = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}


@dataclass(frozen=True)
class Form:
    """The most frequent short shape of a column, its rows and the lengths of its texts."""

    short: str
    rows: int
    shortest: int
    longest: int


@dataclass(frozen=True)
class DatePattern:
    """A strptime pattern; `ambiguous` if day and month could as well be the other way round (`other`), in every single row."""

    pattern: str
    ambiguous: bool = False
    other: str = ""

    @property
    def has_time(self) -> bool:
        """It has a time of day."""
        return "%H" in self.pattern or "%I" in self.pattern


def patterns_of(shape: str) -> tuple[str, ...]:
    """The patterns whose dates look like a short shape (`9-9-9 9:9`)."""
    found = []
    for (days, patterns), (time, clock), (zone, offset) in product(_DAYS.items(), _TIMES.items(), _ZONES.items()):
        for mark, literal in ((" ", " "), ("A", "T")) if time else (("", ""),):
            if shape == days + mark + time + zone and (time or not zone):
                found += [f"{pattern}{literal}{clock}{offset}" for pattern in patterns]
    return tuple(found)


def date_pattern(database: duckdb.DuckDBPyConnection, values: str, form: Form, filled: int) -> DatePattern | None:
    """The pattern most values follow, if they are dates; `values` are those of one column (`columns.values_of`)."""
    if 100 * form.rows < ENOUGH * filled:
        return None
    bare = form.short == "9" and form.shortest == form.longest
    candidates = (_BARE[form.longest],) if bare and form.longest in _BARE else patterns_of(form.short)
    hits = _hits(database, values, candidates) if candidates else {}
    best = max(hits, key=lambda pattern: hits[pattern], default="")
    if not best or 100 * hits[best] < (SURE if bare else ENOUGH) * filled:
        return None
    twin = _twin(best)
    same = twin in hits and hits[twin] == hits[best]
    return DatePattern(best, ambiguous=same, other=twin if same else "")


def span(database: duckdb.DuckDBPyConnection, values: str, date: DatePattern) -> tuple[str, str]:
    """The first and the last moment, as ISO text."""
    sql = f"SELECT CAST(min({_when(date.pattern)}) AS VARCHAR), CAST(max({_when(date.pattern)}) AS VARCHAR) FROM {values} WHERE filled"  # noqa: S608
    first, last = database.execute(sql).fetchall()[0]
    cut = 19 if date.has_time else 10
    return (first or "")[:cut], (last or "")[:cut]


def not_matching(database: duckdb.DuckDBPyConnection, values: str, date: DatePattern) -> list[tuple[str, int]]:
    """Shapes and rows of the values that are no dates of this pattern, most first."""
    sql = f"SELECT shape, sum(n) FROM {values} WHERE filled AND {_when(date.pattern)} IS NULL GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
    return [(str(shape), int(rows)) for shape, rows in database.execute(sql).fetchall()]


def _hits(database: duckdb.DuckDBPyConnection, values: str, patterns: Sequence[str]) -> dict[str, int]:
    """How many rows each pattern reads as a moment of this or the last century."""
    between = "BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2100-01-01'"
    counts = ", ".join(f"coalesce(sum(n) FILTER ({_when(pattern)} {between}), 0)" for pattern in patterns)
    found = database.execute(f"SELECT {counts} FROM {values} WHERE filled").fetchall()[0]  # noqa: S608
    return {pattern: int(rows) for pattern, rows in zip(patterns, found, strict=True)}


def _when(pattern: str) -> str:
    return f"CAST(try_strptime(t, '{pattern}') AS TIMESTAMP)"


def _twin(pattern: str) -> str:
    """The pattern with day and month exchanged; empty where the year comes first or the month is a word."""
    if not pattern.startswith(("%d", "%m")) or "%b" in pattern or "%B" in pattern:
        return ""
    return pattern.replace("%d", "%·").replace("%m", "%d").replace("%·", "%m")
