"""CSV files of canonical rows under a system's own headers and words; the two systems with CSV masters share this.

Belongs here: writing one file. Does not belong here: layouts (`csv_zh.py`, `poslog.py`).
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migration_pipeline.simulation.model import Row
from migration_pipeline.simulation.truth import Ledger

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Layout:
    """One file: header -> canonical field (empty: a column nobody fills)."""

    dataset: str
    table: str
    file: str
    columns: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Dialect:
    """How a system writes CSV; `dress` may change a text by canonical field and line number."""

    encoding: str
    words: Words
    dress: Callable[[str, str, int], str]


def write_csv(folder: Path, layout: Layout, dialect: Dialect, rows: Iterable[Row], store: str, ledger: Ledger) -> None:
    """Write one file, one line per row, and record every row under its line number."""
    with (folder / layout.file).open("w", encoding=dialect.encoding, newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow([header for header, _ in layout.columns])
        for line, row in enumerate(rows, start=2):
            out.writerow(_cells(layout, dialect, row, line))
            ledger.add(store, layout.dataset, layout.table, f"{layout.file}:{line}", row)


def _cells(layout: Layout, dialect: Dialect, row: Row, line: int) -> list[str]:
    cells = [in_words(dialect.words, field, dialect.dress(field, row.fields.get(field, ""), line)) for _, field in layout.columns]
    return [*cells, "多余"] if row.shape > 0 else cells[:-1] if row.shape < 0 else cells


def in_words(words: Words, field: str, text: str) -> str:
    """The system's word for a canonical one; what it has no word for stays as it is."""
    found = words.get(field)
    return found.get(text, text) if found else text
