"""The columns of a table in figures: what their values are, what is wrong with them, and their dominant form.

Belongs here: statistics of single columns, by DuckDB over their different values, all columns of a table at once. Does not belong here:
keys and relations (`keys.py`, `relations.py`), what a column means (`recognise.py`), how values are masked (`personal.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import duckdb

from migration_pipeline.raw.profiling.dates import DatePattern, Form, date_pattern, not_matching, span
from migration_pipeline.raw.profiling.personal import SURNAMES
from migration_pipeline.runtime.sql_files import sql_text

Kind = Literal["empty", "integer", "decimal", "date", "datetime", "boolean", "code", "text"]
Figures = Mapping[str, Any]
Shape = tuple[bool, str, str, int]
"""A number or not, shape, short shape, rows."""
PLACEHOLDERS = (
    "null",
    "none",
    "nil",
    "n/a",
    "na",
    "#n/a",
    "nan",
    "-",
    "--",
    "/",
    "\\n",
    "无",
    "空",
    "未知",
    "暂无",
    "0000-00-00",
    "0000-00-00 00:00:00",
)
"""What store systems write where there is nothing, in lower case."""
MOSTLY = 95
DOMINANT = 90
LONG_CODE = 12
SAMPLES = 3
FEW = 20
SHOWN_OUTLIERS = 5
_MOST_SHAPES = 12


@dataclass(frozen=True)
class Outlier:
    """Values of a form the column mostly has not: the form and how many rows."""

    shape: str
    rows: int


@dataclass(frozen=True)
class ColumnFigures:
    """What one column holds; `samples`, `least` and `most` are bare values, to be masked before anybody sees them.

    Attributes:
        kind: the type most values have; `code` is an identifier, never a number.
        scale: decimal places of a decimal.
        date: its pattern, if it holds dates.
        dominant: the form (digits 9, letters A, Chinese 汉) of most values, if there is one.
        filled: rows with a value; the others are null, blank or a placeholder.
        distinct, folded: different values, and different ones when blanks, case and width do not count.
        ean_percent: of the filled rows those with a correct EAN or UPC.
        counts: all figures of `figures.sql`.
    """

    name: str
    kind: Kind
    scale: int
    date: DatePattern | None
    dominant: str
    rows: int
    filled: int
    distinct: int
    folded: int
    least: str
    most: str
    samples: tuple[str, ...]
    outliers: tuple[Outlier, ...]
    outlier_rows: int
    ean_percent: int
    counts: Figures

    @property
    def complete(self) -> bool:
        """Every row has a value."""
        return 0 < self.filled == self.rows

    @property
    def unique(self) -> bool:
        """Every row has a value of its own."""
        return self.complete and self.distinct == self.rows


def table_figures(database: duckdb.DuckDBPyConnection, rows: str, names: Sequence[str], target: str) -> tuple[ColumnFigures, ...]:
    """Count all columns of a relation (`read_parquet(...)`); their different values are left in the table `target`, `c` is their place."""
    placeholders = ", ".join(_literal(word) for word in PLACEHOLDERS)
    columns = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}" AS "{place}"' for place, name in enumerate(names))
    database.execute(sql_text("profile/values.sql").format(target=target, columns=columns, rows=rows, placeholders=placeholders))
    counts = {row["c"]: row for row in _records(database, sql_text("profile/figures.sql").format(values=target, surnames=SURNAMES))}
    forms = {
        row["c"]: Form(row["short"], row["rows"], row["shortest"], row["longest"])
        for row in _records(database, sql_text("profile/short_shapes.sql").format(values=target))
    }
    shapes = _by_column(database, sql_text("profile/shapes.sql").format(values=target, most=_MOST_SHAPES))
    samples = _by_column(database, sql_text("profile/samples.sql").format(values=target, few=FEW, most=SAMPLES))
    return tuple(
        _column(
            database, name, values_of(target, place), counts.get(place), forms.get(place), shapes.get(place, []), samples.get(place, [])
        )
        for place, name in enumerate(names)
    )


def values_of(target: str, place: int) -> str:
    """The different values of one column, as a relation: raw, t (bare text), n (rows), kind, filled, shape, short."""
    return f"(SELECT * FROM {target} WHERE c = {place})"  # noqa: S608 - names of our own


def value_counts(database: duckdb.DuckDBPyConnection, values: str, most: int) -> list[tuple[str, int]]:
    """The different bare values and their rows, most frequent first; for columns with few values."""
    found = database.execute(f"SELECT t, sum(n) FROM {values} WHERE filled GROUP BY t ORDER BY 2 DESC, 1 LIMIT {most}").fetchall()  # noqa: S608
    return [(str(value), int(rows)) for value, rows in found]


def _column(
    database: duckdb.DuckDBPyConnection,
    name: str,
    values: str,
    counts: Figures | None,
    form: Form | None,
    shapes: Sequence[tuple[Any, ...]],
    samples: Sequence[tuple[Any, ...]],
) -> ColumnFigures:
    if counts is None:
        return ColumnFigures(name, "empty", 0, None, "", 0, 0, 0, 0, "", "", (), (), 0, 0, _NOTHING)
    filled = counts["filled"]
    date = date_pattern(database, values, form, filled) if form else None
    kind = _kind(counts, filled, date)
    dominant, outliers = _outliers(database, values, kind, date, shapes, filled)
    least, most = _span(database, values, kind, date, counts)
    return ColumnFigures(
        name=name,
        kind=kind,
        scale=counts["scale"] if kind == "decimal" else 0,
        date=date,
        dominant=dominant,
        rows=counts["rows"],
        filled=filled,
        distinct=counts["different"],
        folded=counts["different_folded"],
        least=least,
        most=most,
        samples=tuple(str(text) for (text,) in samples),
        outliers=outliers[:SHOWN_OUTLIERS],
        outlier_rows=_outlier_rows(kind, dominant, counts, outliers, shapes),
        ean_percent=100 * counts["eans"] // filled if filled else 0,
        counts=counts,
    )


def _kind(counts: Figures, filled: int, date: DatePattern | None) -> Kind:
    def mostly(*kinds: str) -> bool:
        return bool(100 * sum(counts[kind] for kind in kinds) >= MOSTLY * filled)

    if not filled:
        return "empty"
    if date is not None:
        return "datetime" if date.has_time else "date"
    if mostly("booleans") or (mostly("integers") and counts["different"] <= 2 and counts["least"] >= 0 and counts["most"] == 1):
        return "boolean"
    if mostly("integers", "digits", "scientific") and (counts["digits"] or counts["shortest"] >= LONG_CODE):
        return "code"
    if mostly("integers", "decimals", "digits", "scientific"):
        return "decimal" if counts["scale"] or (counts["decimals"] and not counts["point_zero"]) else "integer"
    return "code" if 100 * (filled - counts["texts"] - counts["booleans"]) >= DOMINANT * filled else "text"


def _span(database: duckdb.DuckDBPyConnection, values: str, kind: Kind, date: DatePattern | None, counts: Figures) -> tuple[str, str]:
    """Least and most: of numbers by size, of dates by time, of other text as it sorts."""
    if kind in {"integer", "decimal"}:
        return _number(counts["least"]), _number(counts["most"])
    return span(database, values, date) if date else (counts["first_text"], counts["last_text"])


def _outliers(
    database: duckdb.DuckDBPyConnection, values: str, kind: Kind, date: DatePattern | None, shapes: Sequence[tuple[Any, ...]], filled: int
) -> tuple[str, tuple[Outlier, ...]]:
    """The dominant form, and the forms of what does not have it."""
    if date is not None:
        return date.pattern, tuple(Outlier(shape, rows) for shape, rows in not_matching(database, values, date))
    if kind in {"integer", "decimal"}:
        return "9", tuple(Outlier(str(shape), int(rows)) for number, shape, _, rows in shapes if not number)
    if kind != "code":
        return "", ()
    for place in (1, 2):
        sums: dict[str, int] = {}
        for entry in shapes:
            sums[entry[place]] = sums.get(entry[place], 0) + int(entry[3])
        top = max(sums, key=lambda form: sums[form], default="")
        if top and 100 * sums[top] >= DOMINANT * filled:
            return top, tuple(Outlier(str(entry[1]), int(entry[3])) for entry in shapes if entry[place] != top)
    return "", ()


def _outlier_rows(kind: Kind, dominant: str, counts: Figures, outliers: Sequence[Outlier], shapes: Sequence[tuple[Any, ...]]) -> int:
    """All rows that break the form, also those of shapes that are not listed."""
    if kind in {"integer", "decimal"}:
        return int(counts["filled"] - counts["integers"] - counts["decimals"] - counts["digits"])
    if kind == "code" and dominant:
        return int(counts["filled"]) - sum(int(entry[3]) for entry in shapes if dominant in {entry[1], entry[2]})
    return sum(outlier.rows for outlier in outliers)


def _records(database: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = database.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _by_column(database: duckdb.DuckDBPyConnection, sql: str) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for place, *values in database.execute(sql).fetchall():
        found.setdefault(int(place), []).append(tuple(values))
    return found


def _number(value: Decimal | None) -> str:
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class _Zeros(dict[str, int]):
    """The figures of a column without rows."""

    def __missing__(self, key: str) -> int:
        return 0


_NOTHING: Figures = _Zeros()
