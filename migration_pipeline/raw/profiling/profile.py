"""The profile of a folder or a project: every table with its columns, keys, relations, and what it most likely is.

Belongs here: the order of the steps. Does not belong here: the steps (the other modules), showing the result (`report.py`, `cli/`).
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.load import LoadedProject
from migration_pipeline.raw.profiling.columns import ColumnFigures, table_figures, value_counts, values_of
from migration_pipeline.raw.profiling.database import opened_database
from migration_pipeline.raw.profiling.declared import declared_tables
from migration_pipeline.raw.profiling.discover import FoundTable, Unclassified, discover
from migration_pipeline.raw.profiling.importance import Importance, Weighed, importance
from migration_pipeline.raw.profiling.keys import Key, key_candidates, repeated_rows
from migration_pipeline.raw.profiling.known_systems import KnownSystem, known_system
from migration_pipeline.raw.profiling.personal import Personal, by_content, personal_columns
from migration_pipeline.raw.profiling.pour import Poured, pour
from migration_pipeline.raw.profiling.recognise import SURE, Guess, guess
from migration_pipeline.raw.profiling.relations import KeyColumn, Overlap, Relation, overlaps, relations
from migration_pipeline.raw.profiling.sampling import Sample, sample_rows
from migration_pipeline.runtime.errors import BadInputError

SEED = 20260101
VOCABULARY_VALUES = 40
Watch = Callable[[int, int, str], None]
"""Told before each table: how many are done, how many there are, its place."""


@dataclass(frozen=True)
class TableProfile:
    """All that is known of one table.

    Attributes:
        options: what its reader settled on (encoding, delimiter, header row ...).
        personal: columns about persons; their values are never shown.
        words: values of columns that stand for a closed list of the ERP (unit, gender, payment method ...), with their rows.
        dated_by, first, last: the column that says when, and its span; empty if no column does.
        written: when the newest of its files was last changed.
    """

    found: FoundTable
    rows: int
    ragged: int
    options: Mapping[str, object]
    columns: tuple[ColumnFigures, ...]
    personal: Mapping[str, Personal]
    keys: tuple[Key, ...]
    repeated: int
    guess: Guess
    role: str
    importance: Importance
    words: Mapping[str, list[tuple[str, int]]]
    dated_by: str
    first: str
    last: str
    written: datetime
    sample: Sample | None = None

    @property
    def place(self) -> str:
        """`unit/file label`."""
        return self.found.place


@dataclass(frozen=True)
class Profile:
    """What is in some data.

    Attributes:
        data: the folder.
        systems: unit (store) -> the known system its tables belong to.
        unclassified: every file, or part of one, that is in no table.
        overlaps: which columns share values with which keys; only where they were asked for.
    """

    data: Path
    tables: tuple[TableProfile, ...]
    relations: tuple[Relation, ...]
    systems: Mapping[str, KnownSystem]
    unclassified: tuple[Unclassified, ...]
    sampled: int
    seed: int
    overlaps: tuple[Overlap, ...] = ()


@dataclass(frozen=True)
class _Counted:
    """A table between pouring and judging."""

    found: FoundTable
    poured: Poured
    rows_sql: str
    columns: tuple[ColumnFigures, ...]
    values: Mapping[str, str]


def profile_folder(data: Path, sample: int = 0, watch: Watch | None = None) -> Profile:
    """Profile all files of a folder; nothing is written there.

    Raises:
        BadInputError: no such folder, or no file in it.
        InfrastructureError: the disk cannot be read or written.
    """
    found, left = discover(data)
    if not found and not left:
        raise BadInputError("the folder is empty", where=str(data), fix="put the export of a store there")
    return _profiled(data, found, left, sample, watch)


def profile_project(
    loaded: LoadedProject, stores: Sequence[str] | None = None, sample: int = 0, watch: Watch | None = None, *, overlapping: bool = False
) -> Profile:
    """Profile what the inputs of a project's stores read; `overlapping` also compares all values with all keys.

    Raises:
        BadInputError: as the readers for a project that does not fit its files, or no such store.
        InfrastructureError: the disk cannot be read or written.
    """
    found, left = declared_tables(loaded, stores)
    return _profiled(loaded.data, found, left, sample, watch, overlapping=overlapping)


def _profiled(
    data: Path,
    found: Sequence[FoundTable],
    left: Sequence[Unclassified],
    sample: int,
    watch: Watch | None,
    *,
    overlapping: bool = False,
) -> Profile:
    with tempfile.TemporaryDirectory(prefix="store2erp-profile-") as folder, opened_database(Path(folder)) as database:
        counted, refused = _counted(database, found, data, Path(folder), watch)
        tables, systems = _judged(database, counted, sample)
        related = [relation for unit in _units(counted) for relation in relations(database, _columns_of(unit, counted))]
        shared = [overlap for unit in _units(counted) for overlap in overlaps(database, _columns_of(unit, counted))] if overlapping else []
    everything_left = tuple(sorted([*left, *refused], key=lambda u: u.path))
    return Profile(data, tuple(tables), tuple(related), systems, everything_left, sample, SEED, tuple(shared))


def _counted(
    database: duckdb.DuckDBPyConnection, found: Sequence[FoundTable], data: Path, folder: Path, watch: Watch | None
) -> tuple[list[_Counted], list[Unclassified]]:
    done, refused = [], []
    for number, table in enumerate(found):
        if watch:
            watch(number, len(found), table.place)
        try:
            poured = pour(table.files, table.spec, table.options, folder / f"{number}.parquet")
        except BadInputError as error:
            refused.append(Unclassified(_path(table, data), f"{table.label}: {error.what}".removeprefix(": ")))
            continue
        done.append(_with_columns(database, table, poured, number))
    return done, refused


def _path(table: FoundTable, data: Path) -> str:
    return table.files[0].relative_to(data).as_posix() if len(table.files) == 1 else table.place


def _with_columns(database: duckdb.DuckDBPyConnection, table: FoundTable, poured: Poured, number: int) -> _Counted:
    rows_sql = f"read_parquet('{poured.parquet}')"
    target = f"values_{number}"
    values = {name: values_of(target, place) for place, name in enumerate(poured.names)}
    columns = table_figures(database, rows_sql, poured.names, target)
    return _Counted(replace(table, names=poured.names), poured, rows_sql, columns, values)


def _judged(
    database: duckdb.DuckDBPyConnection, counted: Sequence[_Counted], sample: int
) -> tuple[list[TableProfile], dict[str, KnownSystem]]:
    systems = {}
    for unit in _units(counted):
        if system := known_system([c.found for c in counted if c.found.unit == unit]):
            systems[unit] = system
    guesses = [guess(c.found.place, {column.name: column for column in c.columns}) for c in counted]
    roles = [_role(c.found, g, systems.get(c.found.unit)) for c, g in zip(counted, guesses, strict=True)]
    weighed = [
        Weighed(c.found.place, c.found.unit, c.found.names, c.poured.rows, c.rows_sql, role) for c, role in zip(counted, roles, strict=True)
    ]
    weights = importance(database, weighed)
    tables = [_table(database, c, g, role, weights[c.found.place], sample) for c, g, role in zip(counted, guesses, roles, strict=True)]
    return tables, systems


def _role(found: FoundTable, guessed: Guess, system: KnownSystem | None) -> str:
    """What the project says, else the preset, else a sure guess."""
    if found.declared:
        return ", ".join(found.declared)
    if system and (role := system.role(found)):
        return role
    return guessed.name if guessed.table and guessed.percent >= SURE else ""


def _table(
    database: duckdb.DuckDBPyConnection, counted: _Counted, guessed: Guess, role: str, weight: Importance, sample: int
) -> TableProfile:
    columns = {column.name: column for column in counted.columns}
    contents = {name: by_content(column.counts, column.filled) for name, column in columns.items()}
    personal = personal_columns(columns, contents)
    dated = _dated(guessed, counted.columns, personal)
    files = [path.name for path in counted.found.files]
    return TableProfile(
        found=counted.found,
        rows=counted.poured.rows,
        ragged=counted.poured.ragged,
        options=counted.poured.options,
        columns=counted.columns,
        personal=personal,
        keys=tuple(key_candidates(database, counted.rows_sql, counted.columns, _contract_key(guessed))),
        repeated=repeated_rows(database, counted.rows_sql, counted.found.names),
        guess=guessed,
        role=role,
        importance=weight,
        words=_words(database, counted, guessed),
        dated_by=dated.name if dated else "",
        first=dated.least if dated else "",
        last=dated.most if dated else "",
        written=datetime.fromtimestamp(max(path.stat().st_mtime for path in counted.found.files), UTC),
        sample=sample_rows(database, counted.rows_sql, files, sample, SEED) if sample and counted.poured.rows else None,
    )


def _contract_key(guessed: Guess) -> tuple[str, ...]:
    """The source columns of the contract's key, if all of them were found."""
    if not guessed.table:
        return ()
    sources = {m.column: m.source for m in guessed.columns}
    key = DATASETS[guessed.dataset].table(guessed.table).key
    return tuple(sources[column] for column in key) if all(column in sources for column in key) else ()


def _words(database: duckdb.DuckDBPyConnection, counted: _Counted, guessed: Guess) -> dict[str, list[tuple[str, int]]]:
    if not guessed.table:
        return {}
    fields = {f.name: f for table in DATASETS[guessed.dataset].tables for f in table.fields if f.vocabulary}
    return {m.column: value_counts(database, counted.values[m.source], VOCABULARY_VALUES) for m in guessed.columns if m.column in fields}


def _dated(guessed: Guess, columns: Sequence[ColumnFigures], personal: Mapping[str, Personal]) -> ColumnFigures | None:
    """The column that says when something happened: the sale or the change, else the date that reaches furthest."""
    dates = {column.name: column for column in columns if column.kind in {"date", "datetime"} and column.name not in personal}
    sources = {m.column: m.source for m in guessed.columns}
    for wanted in ("sold_at", "updated_at"):
        if sources.get(wanted) in dates:
            return dates[sources[wanted]]
    return max(dates.values(), key=lambda column: column.most, default=None)


def _units(counted: Sequence[_Counted]) -> list[str]:
    return list(dict.fromkeys(c.found.unit for c in counted))


def _columns_of(unit: str, counted: Sequence[_Counted]) -> list[KeyColumn]:
    """The columns of one store; what lies in another store's folder is not referred to."""
    return [KeyColumn(c.found.place, column, c.values[column.name]) for c in counted if c.found.unit == unit for column in c.columns]
