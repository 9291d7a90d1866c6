"""All `format: database` inputs of one store, read in one transaction each database, as Parquet files of text.

Belongs here: the order of things, the count that must agree, files that are there whole or not at all. Does not belong here: SQL
(`rows.py`), increments (`increment.py`), what happens to the files afterwards (`raw/`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from sqlalchemy import URL, Connection

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.live.connect import connected, resolve_url
from migration_pipeline.raw.live.errors import address
from migration_pipeline.raw.live.increment import Change, FullReadNeededError, Wanted, increment
from migration_pipeline.raw.live.parquet import Origin, write
from migration_pipeline.raw.live.rows import count, highest, rows
from migration_pipeline.raw.live.table import SNAPSHOT_ENGINES, Source, look_up
from migration_pipeline.raw.live.text import plain_text
from migration_pipeline.raw.live.transaction import Isolation, begin
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError


@dataclass(frozen=True)
class LiveTable:
    """One input as it was at the snapshot.

    Attributes:
        name: of the input.
        path: the Parquet file: the source's columns in its order, all text, null where the database has NULL.
        rows, counted: rows of the file, and count(*) in the same transaction; always equal.
        high: highest key (as a whole: of the last row in its order) and watermark seen, as text, by column.
        fetched: rows transferred whole; `new`, `changed` and `deleted` are against the previous snapshot, after a full read all are new.
        isolation: of the transaction, in the database's words.
        notes: what a person should know: no snapshot possible, why an increment became a full read.
    """

    name: str
    path: Path
    rows: int
    counted: int
    high: Mapping[str, str]
    fetched: int
    deleted: int
    changed: int
    new: int
    isolation: str
    notes: tuple[str, ...] = ()


def snapshot(
    inputs: Mapping[str, InputSpec], connection: Mapping[str, str], folder: Path, previous: Mapping[str, Path]
) -> dict[str, LiveTable]:
    """Read all inputs of `format: database` into `<folder>/<input>.parquet`; each database in one transaction that changes nothing.

    Args:
        inputs: other formats are left out.
        connection: parts of the URLs that belong to the store.
        folder: made if it is not there; files in it are replaced all together, at the end.
        previous: input -> file of the previous snapshot (it may lie in `folder`); it is used for inputs with `watermark` or `append_only`.

    Raises:
        BadInputError: something in the project file is wrong, a driver is missing, or fewer or more rows came than the source counts.
        InfrastructureError: a server cannot be reached or went away, the disk is full; no file was replaced.
    """
    live = {name: spec for name, spec in inputs.items() if spec.format == "database"}
    databases: dict[URL, dict[str, InputSpec]] = {}
    for name, spec in live.items():
        _refuse_path(name)
        databases.setdefault(resolve_url(spec, connection, f"input {name}"), {})[name] = spec
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryDirectory(dir=folder, prefix=".reading-") as beside:
            done = {
                name: table
                for url, specs in databases.items()
                for name, table in _read_database(url, specs, folder, Path(beside), previous).items()
            }
            for table in done.values():
                (Path(beside) / table.path.name).replace(table.path)
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise InfrastructureError(
            f"the snapshot cannot be written ({getattr(error, 'strerror', None) or type(error).__name__})",
            where=str(folder),
            fix="check the disk, its space and the permissions, then run again",
        ) from error
    return {name: done[name] for name in live}


def _refuse_path(name: str) -> None:
    if Path(name).name != name or "\\" in name:
        raise BadInputError(f"{name!r} cannot be the name of a file", where="inputs:", fix="use a name without slashes")


def _read_database(
    url: URL, specs: Mapping[str, InputSpec], folder: Path, beside: Path, previous: Mapping[str, Path]
) -> dict[str, LiveTable]:
    with connected(url) as connection:
        isolation = begin(connection)
        sources = [look_up(connection, name, spec) for name, spec in specs.items()]
        plain_text(connection)
        return {
            source.name: _read(connection, source, isolation, specs[source.name], url, folder, beside, previous.get(source.name))
            for source in sources
        }


def _read(
    connection: Connection,
    source: Source,
    isolation: Isolation,
    spec: InputSpec,
    url: URL,
    folder: Path,
    beside: Path,
    previous: Path | None,
) -> LiveTable:
    consistent, warnings = _reliance(source, isolation)
    counted = count(connection, source)
    origin = _origin(connection, source, isolation, spec, url)
    wanted = Wanted(connection, source, origin, counted, beside / f"{source.name}.parquet")
    change, notes = _changes(wanted, spec, previous)
    again = counted if consistent else count(connection, source)
    if not change.rows == counted == again:
        raise _lost(change.rows, counted, again, f"{address(url)}, {source.title}")
    high = dict(zip(origin.key, origin.high_key, strict=False))
    if source.watermark and origin.high_watermark is not None:
        high[source.watermark] = origin.high_watermark
    return LiveTable(
        name=source.name,
        path=folder / f"{source.name}.parquet",
        rows=change.rows,
        counted=counted,
        high=high,
        fetched=change.fetched,
        deleted=change.deleted,
        changed=change.changed,
        new=change.new,
        isolation=origin.isolation,
        notes=(*warnings, *notes),
    )


def _reliance(source: Source, isolation: Isolation) -> tuple[bool, list[str]]:
    """Whether all is seen as at one moment; MySQL's older engines know no snapshots."""
    warnings = [isolation.warning] if isolation.warning else []
    if source.engine is None or source.engine in SNAPSHOT_ENGINES:
        return isolation.consistent, warnings
    return False, [*warnings, f"the engine {source.engine} knows no snapshots: read it while the shop is closed"]


def _origin(connection: Connection, source: Source, isolation: Isolation, spec: InputSpec, url: URL) -> Origin:
    described = {
        "database": URL.create(url.get_backend_name(), host=url.host, port=url.port, database=url.database).render_as_string(),
        "table": spec.query or source.title,
        "columns": [[name, str(kind)] for name, kind in source.kinds.items()],
        "session": isolation.session,
        "watermark": source.watermark,
    }
    marks = highest(connection, source, [source.watermark]) if source.watermark else ()
    return Origin(
        source=json.dumps(described, ensure_ascii=False),
        isolation=isolation.name if source.engine in {None, *SNAPSHOT_ENGINES} else f"none ({source.engine})",
        key=source.key,
        high_key=highest(connection, source, source.key) if source.key else (),
        high_watermark=marks[0] if marks else None,
    )


def _changes(wanted: Wanted, spec: InputSpec, previous: Path | None) -> tuple[Change, list[str]]:
    notes = []
    if previous is not None and (spec.watermark or spec.append_only):
        try:
            return increment(wanted, previous, append_only=spec.append_only), []
        except FullReadNeededError as error:
            notes = [f"read in full: {error}"]
    names = list(wanted.source.kinds)
    read = write(wanted.target, names, rows(wanted.connection, wanted.source, names, wanted.counted), wanted.origin)
    return Change(rows=read, fetched=read, new=read), notes


def _lost(read: int, counted: int, again: int, where: str) -> BadInputError:
    if counted != again:
        return BadInputError(
            f"rows came or went while reading: {counted:,} before, {again:,} after, {read:,} read",
            where=where,
            fix="the database has no snapshots; read it while the shop is closed",
        )
    return BadInputError(
        f"read {read:,} rows, the source counts {counted:,}",
        where=where,
        fix="name a unique column as key:, or none at all; then look for a limit on rows in the server's settings",
    )
