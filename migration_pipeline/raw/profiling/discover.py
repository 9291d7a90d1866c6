"""Every file of a folder: which tables it gives, which files are one table, and why the others give none.

Belongs here: the walk, grouping of daily files, stores by folder. Does not belong here: what is inside a file (`contents.py`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.profiling.contents import Part, contents
from migration_pipeline.raw.profiling.formats import Refusal
from migration_pipeline.raw.profiling.headers import likely_header
from migration_pipeline.raw.profiling.personal import masked
from migration_pipeline.raw.profiling.pour import header, settled
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

_DOCUMENTS = ("README.md", "PROVENANCE.md")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class FoundTable:
    """One table that can be read.

    Attributes:
        unit: folder of the store it belongs to, relative to the data folder (`.` for the data folder itself), or a store id.
        spec: how to read it; `file` is relative to the unit's folder.
        label: its place inside the file, if the file holds several tables.
        files: what it is made of, sorted.
        names: its columns.
        options: what the reader settled on for the first file.
        declared: `dataset.table` that a project makes of it; empty in a folder of unknown files.
    """

    unit: str
    spec: InputSpec
    label: str
    files: tuple[Path, ...]
    names: tuple[str, ...]
    options: Mapping[str, object] = field(default_factory=dict)
    declared: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """`unit/file label`, as people see it."""
        file = self.spec.file if self.unit == "." else f"{self.unit}/{self.spec.file}"
        return f"{file} {self.label}".strip()


@dataclass(frozen=True)
class Unclassified:
    """A file, or a part of one, that gives no table, and why; `path` is relative to the data folder."""

    path: str
    reason: str


def discover(data: Path) -> tuple[list[FoundTable], list[Unclassified]]:
    """Look at every file below a folder; each is in one of the two lists.

    Raises:
        BadInputError: no such folder.
        InfrastructureError: the disk cannot be read.
    """
    if not data.is_dir():
        raise BadInputError("there is no such folder", where=str(data), fix="name the folder of the data with --data PATH")
    try:
        files = sorted(path for path in data.rglob("*") if path.is_file())
        return _discovered(data, files)
    except OSError as error:
        raise InfrastructureError(
            f"the data cannot be read ({error.strerror})", where=str(data), fix="check the disk and the permissions"
        ) from error


def _discovered(data: Path, files: Sequence[Path]) -> tuple[list[FoundTable], list[Unclassified]]:
    left = [Unclassified(_relative(path, data), reason) for path in files if (reason := _passed_over(path, data))]
    looked_at = [path for path in files if not _passed_over(path, data)]
    one_unit = any(path.parent == data for path in looked_at)
    tables: list[FoundTable] = []
    before: dict[object, FoundTable] = {}
    for path in looked_at:
        unit = "." if one_unit else path.relative_to(data).parts[0]
        for content in contents(path):
            found = Refusal(content.reason) if isinstance(content, Refusal) else _opened(path, data / unit, unit, content, before)
            if isinstance(found, Refusal):
                left.append(Unclassified(_relative(path, data), found.reason))
            else:
                tables.append(found)
    return list(_grouped(tables, data)), sorted(left, key=lambda u: u.path)


def _passed_over(path: Path, data: Path) -> str:
    relative = path.relative_to(data)
    if any(part.startswith((".", "~$")) for part in relative.parts):
        return "a hidden file, or the lock of an open workbook"
    return "documentation" if path.name in _DOCUMENTS else ""


def _opened(path: Path, folder: Path, unit: str, part: Part, before: dict[object, FoundTable]) -> FoundTable | Refusal:
    """One table of one file; `before` remembers, for files whose names differ in digits only, how the first of them was read."""
    about = f"{part.label}: " if part.label else ""
    try:
        values = {"format": part.format, "file": path.relative_to(folder).as_posix(), **part.keys}
        spec = InputSpec.model_validate(values)
        like = (path.parent, _DIGITS.sub("0", path.name), part.label)
        names, options = _header(path, spec, before.get(like))
    except BadInputError as error:
        return Refusal(f"{about}{error.what}" + (f" ({error.fix})" if error.fix else ""))
    except ValidationError as error:
        return Refusal(f"{about}{error.errors()[0]['msg']}")
    if any(masked(name, None) != name for name in names):
        return Refusal(f"{about}its first row holds data of persons, not column names (write names: in the input)")
    found = FoundTable(unit, spec, part.label, (path,), names, options)
    before.setdefault(like, found)
    return found


def _header(path: Path, spec: InputSpec, like: FoundTable | None) -> tuple[tuple[str, ...], Mapping[str, object]]:
    """The columns; first tried as a file with a like name was read, which spares finding out again."""
    if like is not None:
        try:
            names, options = header(path, settled(spec, like.options))
        except BadInputError:
            return likely_header(path, spec)
        if names == like.names:
            return names, options
    return likely_header(path, spec)


def _grouped(tables: Sequence[FoundTable], data: Path) -> Iterator[FoundTable]:
    """Files of one folder whose names differ in digits only and whose columns are the same are one table."""
    groups: dict[tuple[object, ...], list[FoundTable]] = {}
    for table in tables:
        groups.setdefault(_alike(table), []).append(table)
    for group in groups.values():
        pattern = _glob([table.files[0] for table in group]) if len(group) > 1 else None
        if pattern is None:
            yield from group
            continue
        file = (PurePosixPath(group[0].spec.file).parent / pattern).as_posix()
        fields = {name: way for table in group for name, way in table.spec.fields.items()}
        spec = group[0].spec.model_copy(update={"file": file, "fields": fields})
        files = tuple(table.files[0] for table in group)
        yield FoundTable(group[0].unit, spec, group[0].label, files, tuple(fields) or group[0].names, group[0].options)


def _alike(table: FoundTable) -> tuple[object, ...]:
    path = table.files[0]
    how = table.spec.model_dump_json(exclude={"file", "fields"})
    names = () if table.spec.fields else tuple(sorted(table.names))  # a field that one file never has is empty there
    return path.parent, _DIGITS.sub("0", path.name), table.unit, table.label, how, names


def _glob(files: Sequence[Path]) -> str | None:
    """A pattern that matches these files and no other of their folder, digits that differ as `*`; None if there is none."""
    names = [path.name for path in files]
    runs = list(zip(*(_DIGITS.findall(name) for name in names), strict=True))
    same = iter([len(set(run)) == 1 for run in runs])
    pattern = _DIGITS.sub(lambda run: run.group() if next(same) else "*", names[0])
    escaped = re.sub(r"([\[?])", r"[\1]", pattern)
    return escaped if {path.name for path in files[0].parent.glob(escaped)} == set(names) else None


def unlisted(paths: Iterable[str], reason: str) -> list[Unclassified]:
    """Files that nobody reads, with one reason for all."""
    return [Unclassified(path, reason) for path in paths]


def _relative(path: Path, data: Path) -> str:
    return path.relative_to(data).as_posix()
