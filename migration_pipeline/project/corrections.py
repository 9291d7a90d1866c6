"""Corrections as data: the closed schema of `corrections/*.yaml`, and reading them with the file and line of every entry.

Belongs here: what a correction may say, whose it is, where it stands. Does not belong here: applying it (`cleaned/corrections.py`), making
one from an edited quarantine file (`orchestration/quarantine_import.py`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.check import MisplacedError, demand_known
from migration_pipeline.project.load import as_bad_input
from migration_pipeline.project.source import Closed
from migration_pipeline.project.yaml_lines import line_of, read_yaml
from migration_pipeline.runtime.errors import BadInputError

FOLDER = "corrections"
Cells = dict[str, str | None]


def _iso_day(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("not a day like 2026-11-22")
    return value


class Correction(Closed):
    """One correction of the untouched text of a store's rows, made before anything is cleaned.

    Attributes:
        table: of the dataset; default: its first.
        row: id of the one row (`FILE:ROW`), as reports and `quarantine --rows` show it.
        where: instead of `row`: source column -> text; all must hold, exactly. `rows` is how many rows that must match.
        action: `set` changes cells, `exclude` ends the row as `excluded_by_correction`.
        set: source column -> new text; null empties the cell.
        expect: source column -> text that the cell must hold now; every column of `set` needs one; null means empty.
        reason, who, on: why, who decided, and on which day.
    """

    store: str = Field(min_length=1)
    dataset: str
    table: str = ""
    row: str | None = None
    where: Cells = Field(default_factory=dict)
    rows: int = Field(default=1, ge=1)
    action: Literal["set", "exclude"]
    set: Cells = Field(default_factory=dict)
    expect: Cells = Field(default_factory=dict)
    reason: str = Field(pattern=r"\S")
    who: str = Field(pattern=r"\S")
    on: Annotated[date, BeforeValidator(_iso_day)]

    @property
    def table_name(self) -> str:
        """The table it is about."""
        return self.table or DATASETS[self.dataset].tables[0].name

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        demand_known([self.dataset], DATASETS, "dataset", ("dataset",))
        if self.table:
            demand_known([self.table], [table.name for table in DATASETS[self.dataset].tables], "table", ("table",))
        if (self.row is None) == (not self.where):
            raise ValueError("a correction has either 'row' or 'where'")
        if self.row is not None and self.rows != 1:
            raise MisplacedError("'rows' goes with 'where'; a row id names one row", "rows")
        if self.action == "set" and not self.set:
            raise ValueError("action set needs 'set'")
        if self.action == "exclude" and self.set:
            raise MisplacedError("action exclude has no 'set'", "set")
        if blind := [column for column in self.set if column not in self.expect]:
            raise MisplacedError(f"'expect' does not say what column {blind[0]!r} holds now", "set", blind[0])
        return self


class CorrectionFile(Closed):
    """One file of `corrections/`: entries, applied in order; files by name."""

    corrections: tuple[Correction, ...]


@dataclass(frozen=True)
class PlacedCorrection:
    """A correction and where it stands."""

    correction: Correction
    path: Path
    line: int

    @property
    def file(self) -> str:
        """Its file, relative to the project."""
        return f"{FOLDER}/{self.path.name}"

    @property
    def where(self) -> str:
        """`corrections/x.yaml:3`."""
        return f"{self.file}:{self.line}"


def load_corrections(folder: Path) -> tuple[PlacedCorrection, ...]:
    """All corrections of a project, in the order of file names and entries; none if it has no such folder.

    Raises:
        BadInputError: with file:line for the first error of a file.
    """
    files = sorted((folder / FOLDER).glob("*.yaml"))
    return tuple(placed for path in files for placed in _of_file(path, path.stat().st_mtime_ns, path.stat().st_size))


@lru_cache(maxsize=256)
def _of_file(path: Path, changed: int, size: int) -> tuple[PlacedCorrection, ...]:
    """A file is read again only if it changed: every store and dataset asks for it."""
    values, lines = read_yaml(path)
    try:
        entries = CorrectionFile.model_validate(values).corrections
    except ValidationError as error:
        raise as_bad_input(path, lines, error, CorrectionFile) from error
    return tuple(PlacedCorrection(entry, path, line_of(lines, ("corrections", str(n))) or 1) for n, entry in enumerate(entries))


def demand_known_stores(corrections: Sequence[PlacedCorrection], stores: Sequence[str]) -> None:
    """Raises BadInputError for the first correction of a store that the project does not have."""
    for placed in corrections:
        if placed.correction.store not in stores:
            known = ", ".join(stores[:10]) + (" ..." if len(stores) > 10 else "")
            raise BadInputError(f"there is no store {placed.correction.store!r}", where=placed.where, fix=f"stores are {known}")
