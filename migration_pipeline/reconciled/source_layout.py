"""How a table of text cells is laid out: banner, header of one row or several, body; the same for delimited files and workbooks.

Belongs here: what the first reader settled on where the project says `auto`, column names, rows that do not fit. Does not belong here:
reading any format (`source_*.py`).
"""

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.runtime.errors import BadInputError

Row = Sequence[str | None]
Cells = tuple[Sequence[str], Sequence[Row]]
"""Column names, then rows of text; a row of another width than the names is ragged."""
_OPEN = {"encoding": "auto", "delimiter": "auto", "quote": "auto", "header_row": "auto", "sheet": None}
_FIRST = 20_000


def settled(spec: InputSpec, file: ArchivedInput) -> InputSpec:
    """The input with what the first reader found out in place of `auto`.

    Raises:
        BadInputError: the manifest does not say it.
    """
    left = [name for name, unknown in _OPEN.items() if getattr(spec, name) == unknown]
    spec = spec.model_copy(update={name: file.options[name] for name in left if file.options.get(name) is not None})
    if spec.header_row == "auto" and spec.names:
        spec = spec.model_copy(update={"header_row": 1})
    return spec


def demanded(value: str, name: str, file: ArchivedInput) -> str:
    """A setting that must not be `auto` any more.

    Raises:
        BadInputError: it is.
    """
    if value == "auto":
        raise BadInputError(f"the manifest does not say which {name} the file has", where=file.name, fix=f"write {name}: in the input")
    return value


def first_row(spec: InputSpec, file: ArchivedInput) -> int:
    """1-based number of the header's first row, or of the body's if the project gives the names.

    Raises:
        BadInputError: it is `auto` and the manifest does not say it.
    """
    if spec.header_row == "auto":
        raise BadInputError("the manifest does not say where the header is", where=file.name, fix="write header_row: in the input")
    return spec.header_row


def joined(rows: Sequence[Row]) -> list[str]:
    """Names of a header of several rows; all cells of a merged one must hold its text."""
    width = max(map(len, rows), default=0)
    parts = ([(row[place] or "").strip() if place < len(row) else "" for row in rows] for place in range(width))
    return ["/".join(part for part in column if part) for column in parts]


def filled_right(row: Row) -> list[str]:
    """Empty cells of an upper header row taken for the rest of a merged cell."""
    last, result = "", []
    for cell in row:
        last = (cell or "").strip() or last
        result.append(last)
    return result


def sheet_cells(names: Sequence[str], rows: Iterable[Row], *, given: bool) -> Cells:
    """A sheet's rows below its header, those without any value left out.

    A column counts if it has a name, or (unless the project gives the names) a value in the first 20,000 rows; a row with a value elsewhere
    becomes ragged.
    """
    body = (row for row in rows if any(row))
    start = list(islice(body, _FIRST))
    used = {place for place, name in enumerate(names) if name or given}
    if not given:
        used |= {place for row in start for place, value in enumerate(row) if value}
    places = sorted(used)
    titles = [(names[place] if place < len(names) else "") or f"column_{place + 1}" for place in places]
    return titles, [_picked(row, places, used) for row in chain(start, body)]


def _picked(row: Row, places: Sequence[int], used: set[int]) -> list[str | None]:
    cells = [row[place] if place < len(row) else None for place in places]
    fits = all(place in used for place, value in enumerate(row) if value)
    return cells if fits else [*cells, None]
