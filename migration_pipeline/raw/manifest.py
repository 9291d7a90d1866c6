"""The manifest of an extract: every file it was read from, archived, with hash, size, rows and how it was read.

Belongs here: its entries. Does not belong here: archiving (`archive.py`), comparing manifests (`watermarks.py`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from migration_pipeline.project.source import SourceSpec
from migration_pipeline.raw.gather import Places
from migration_pipeline.raw.inputs import InputTable, SourceFile

Entry = dict[str, object]
Manifest = dict[str, list[Entry]]
"""Input -> its files."""


def manifest_of(inputs: Mapping[str, InputTable], source: SourceSpec, places: Places) -> Manifest:
    """Archive every file that was read and describe it.

    Raises:
        BadInputError: a file changed while it was read, or the archive is readable by others.
        InfrastructureError: the archive or its second place cannot be written.
    """
    return {name: [_entry(file, source.inputs[name].member, places) for file in table.files] for name, table in inputs.items()}


def _entry(file: SourceFile, member: str | None, places: Places) -> Entry:
    """`path` is the file's place below the data folder; a snapshot of a live table lies elsewhere and goes by its name."""
    archived = places.archive.store(file.path, read_as=file.sha256)
    inside = file.path.is_relative_to(places.data)
    return {
        **archived.entry(),
        "path": file.path.relative_to(places.data).as_posix() if inside else file.name,
        "modified": datetime.fromtimestamp(file.path.stat().st_mtime, UTC).isoformat(timespec="seconds"),
        "rows": file.rows,
        "member": member,
        "options": dict(file.options),
    }
