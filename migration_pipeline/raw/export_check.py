"""Does an export look cut off or damaged? Smells are reported; what proves a loss blocks.

Belongs here: row counts that smell, totals a file states about itself, text that went through the wrong encoding, sales that stop in the
middle of a day. Does not belong here: reading, the meaning of values beyond that (`cleaned/`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from migration_pipeline.contracts.datasets import Table
from migration_pipeline.project.source import InputSpec, TableSpec
from migration_pipeline.raw.inputs import InputTable
from migration_pipeline.raw.mojibake import damaged_text

BLOCKING = frozenset({"footer_differs", "mojibake", "question_marks", "row_limit", "count_differs"})
_CUTS = frozenset({1_000, 2_000, 5_000, 10_000, 32_767, 32_768, 65_534, 65_535, 65_536, 1_048_574, 1_048_575, 1_048_576})
_PAGE = 500
_LIMIT = re.compile(r"\btop\s*\(?\s*(\d+)|\blimit\s+(\d+)|\bfetch\s+(?:first|next)\s+(\d+)|\brownum\s*<=?\s*(\d+)", re.IGNORECASE)
_FOOTER = re.compile(r"^\s*(?:[总合小]\s*计|总\s*合\s*计|汇\s*总|grand\s+total|sub\s*-?total|totals?|sum)\s*[:：]?\s*", re.IGNORECASE)
_STATED_ROWS = re.compile(r"共\s*([\d,]+)\s*(?:[条行笔个张项]|记录|rows?)+|\b([\d,]+)\s+(?:rows?|records?)\b", re.IGNORECASE)
_FOOTER_ROWS = 3
_NUMBER = r"^-?\d{1,15}(?:\.\d{1,10})?$"
_EARLY = pd.Timedelta(hours=2)
_DAYS, _BUSY = 7, 50
"""So many days before, with so many rows a day (median), tell when a store closes; in a quiet one the last sale is chance."""


@dataclass(frozen=True)
class Smell:
    """One finding: a reason code, where it was found, what exactly; `blocks` if it proves a loss and nobody has accepted it."""

    code: str
    where: str
    detail: str
    blocks: bool


def check_input(name: str, spec: InputSpec, table: InputTable) -> list[Smell]:
    """Smells of one input, whatever it is used for. No value of a cell is shown."""
    found = [*_counts(spec, table), *_stated_rows(table), *_text(table.frame)]
    return [_smell(code, name, detail, spec) for code, detail in found]


def check_table(table: Table, spec: TableSpec, name: str, source: InputSpec, rows: InputTable) -> list[Smell]:
    """Smells that need to know which column is which: totals in a footer, sales that end in the middle of a day."""
    sums = () if source.unpivot else _footer_sums(table, spec, rows)  # one row of the file is several here
    found = [*sums, *_ends_early(spec, rows.frame)]
    return [_smell(code, name, detail, source) for code, detail in found]


def _smell(code: str, name: str, detail: str, spec: InputSpec) -> Smell:
    accepted = spec.accepted.get(code)
    return Smell(code, name, f"{detail}; accepted: {accepted}" if accepted else detail, blocks=code in BLOCKING and not accepted)


def _counts(spec: InputSpec, table: InputTable) -> Iterator[tuple[str, str]]:
    limits = {int(next(filter(None, found.groups()))) for found in _LIMIT.finditer(spec.query or "")}
    for file in table.files:
        if file.rows in limits:
            yield "row_limit", f"{file.name}: exactly the {file.rows} rows the query is limited to"
        elif file.rows and (file.rows in _CUTS or file.rows % _PAGE == 0):
            yield "round_count", f"{file.name}: exactly {file.rows:,} rows, a usual limit of exports"
        counted = file.options.get("rows_counted")
        if counted is not None and counted != file.rows:
            yield "count_differs", f"{file.name}: the source counts {counted} rows, {file.rows} were read"


def _text(frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for column in frame.columns.drop("_row_id"):
        for code, cells in damaged_text(frame[column]).items():
            yield code, f"column {column}: {cells} cells"


def _last_rows(table: InputTable) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Per file: its name, those of its last rows that are a footer, and all its other rows."""
    place = _file_of(table.frame)
    for file, rows in table.frame.groupby(place, sort=False):
        tail = rows.tail(_FOOTER_ROWS).drop(columns="_row_id")
        marked = [any(_is_footer(text) for text in row if isinstance(text, str)) for row in tail.to_numpy().tolist()]
        footers = rows.loc[tail.index[marked]]
        yield str(file), footers, rows.drop(footers.index)


def _file_of(frame: pd.DataFrame) -> "pd.Series[str]":
    return frame["_row_id"].str.replace(r":\d+(?:#.*)?$", "", regex=True)


def _is_footer(text: str) -> bool:
    return bool(_FOOTER.match(text)) or _stated(text) is not None


def _stated(text: str) -> int | None:
    """How many rows a text says there are: `共 1,234 条`, `合计: 12 rows`."""
    found = _STATED_ROWS.fullmatch(_FOOTER.sub("", text).strip(" ,;\t\"'"))
    return int(next(filter(None, found.groups())).replace(",", "")) if found else None


def _stated_rows(table: InputTable) -> Iterator[tuple[str, str]]:
    """`共 123 条` at the end of a file against the rows above it; also where the footer has another width than the header."""
    of_file = _file_of(table.ragged)
    for file, footers, records in _last_rows(table):
        ragged = table.ragged.loc[of_file == file, "text"].tail(_FOOTER_ROWS)
        for text in (*footers.drop(columns="_row_id").to_numpy().ravel(), *ragged):
            claim = _stated(text) if isinstance(text, str) else None
            there = records["_row_id"].str.replace(r"(:\d+)#.*$", r"\1", regex=True).nunique()
            if claim is not None and claim != there:
                yield "footer_differs", f"{file}: its footer states {claim:,} rows, there are {there:,}"


def _footer_sums(table: Table, spec: TableSpec, rows: InputTable) -> Iterator[tuple[str, str]]:
    """The footer's sum of a conserved column against the rows above it."""
    measures = {"amount", "quantity", "points", "balance", "total", "stored_principal", "stored_bonus"} & set(table.columns)
    columns = [source for name, source in spec.columns.items() if name in measures and isinstance(source, str) and source in rows.frame]
    if not columns:
        return
    for file, footers, records in _last_rows(rows):
        for _, footer in footers.tail(1).iterrows():
            for column in columns:
                stated, counted = _exact(pd.Series([footer[column]], dtype="str")), _exact(records[column])
                if stated is not None and counted is not None and stated != counted:
                    yield "footer_differs", f"{file}: the footer's {column} is {stated}, the rows above add up to {counted}"


def _exact(texts: "pd.Series[str]") -> Decimal | None:
    """The exact sum of plain decimal texts (thousands separators allowed); None if there is none, or one is no plain number."""
    plain = texts.dropna().str.strip().str.replace(",", "", regex=False)
    plain = plain[plain != ""]
    if plain.empty or not plain.str.match(_NUMBER).all():
        return None
    return sum(map(Decimal, plain), Decimal(0))


def _ends_early(spec: TableSpec, frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """The last day's last sale against the earliest closing of the days before."""
    source = spec.columns.get("sold_at")
    if not isinstance(source, str) or source not in frame:
        return
    given = spec.dates.get("sold_at", "ISO8601")
    text, patterns = frame[source].str.strip(), (given,) if isinstance(given, str) else given
    moments = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us, UTC]")
    for pattern in patterns:
        if pattern != "excel":
            moments = moments.fillna(pd.to_datetime(text, format=pattern, errors="coerce", utc=True).astype(moments.dtype))
    moments = moments.dropna()
    days = moments.groupby(moments.dt.floor("D")).agg(["max", "size"]).sort_index()
    last, closing = days["max"], days["max"] - days.index
    if len(days) > _DAYS and days["size"].median() >= _BUSY and closing.iloc[-1] + _EARLY < closing.iloc[-_DAYS - 1 : -1].min():
        yield "ends_mid_day", f"the last sale is at {last.iloc[-1]:%Y-%m-%d %H:%M}, the store closes hours later on other days"
