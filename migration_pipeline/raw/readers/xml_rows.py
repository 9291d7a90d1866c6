"""XML files: one repeating element becomes one row; read as a stream, so that memory does not grow with the file.

Belongs here: finding the rows, safe parsing. Does not belong here: the paths of the fields (`xml_fields.py`), any particular schema.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lxml import etree

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.read_table import Reading, batched, column_names
from migration_pipeline.raw.readers.xml_fields import FieldPath, field_paths, kept_below
from migration_pipeline.runtime.errors import BadInputError

PENDING = 10_000
"""So many rows wait for the end of their parent, for values that stand behind them; then they are read with what is there."""

LONGEST_ROW = 16 << 20
"""Bytes of a file that one row may take; in memory they take up to thirty times as much."""


def read(path: Path, spec: InputSpec) -> Reading:
    """Read the elements at `spec.rows`; `_row` is the ordinal of the element, 1-based. Namespaces are ignored: elements go by local name.

    A field whose path finds nothing is missing; an empty element is empty text.

    Raises:
        BadInputError: malformed or cut-off file, a DOCTYPE with entities, no such element, a path that finds two values, or a value
            above the row that only comes after the row was read.
    """
    if path.stat().st_size == 0:
        raise BadInputError("the file is empty", where=str(path), fix="export it again")
    steps = (spec.rows or "").strip("/").split("/")
    names = column_names(list(spec.fields), str(path))
    stream = _RowStream(path, steps, field_paths(spec.fields, len(steps), path))
    return Reading(tuple(names), batched(names, enumerate(_well_formed(stream, path), start=1)))


def _well_formed(stream: "_RowStream", path: Path) -> Iterator[list[str | None]]:
    try:
        yield from stream.rows()
    except etree.XMLSyntaxError as error:
        raise _malformed(path, error.lineno or 1, _reason(error)) from error


def _reason(error: etree.XMLSyntaxError) -> str:
    """libxml2's name of the error; its message may hold values."""
    name = next((entry.type_name for entry in reversed(list(error.error_log)) if entry.type == error.code), "syntax")
    return str(name).removeprefix("ERR_").replace("_", " ").lower()


def _malformed(path: Path, line: int, reason: str) -> BadInputError:
    return BadInputError(f"the XML is malformed or cut off ({reason})", where=f"{path}:{line}", fix="export the file again")


class _Source:
    """The file, which cannot be read on where one row would fill the memory.

    Attributes:
        place: bytes read.
        freed: the place where memory last held nothing but the ancestors of a row.
    """

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file, self._path = file, path
        self.place = self.freed = 0

    @property
    def held(self) -> int:
        """Bytes that memory holds as elements."""
        return self.place - self.freed

    def read(self, size: int) -> bytes:
        """Read on, for lxml."""
        if self.held > LONGEST_ROW:
            raise BadInputError(
                f"a row, or an element that its fields need, is longer than {LONGEST_ROW >> 20} MB (it begins before byte {self.place})",
                where=str(self._path),
                fix="correct rows: of the input, or export the file again",
            )
        data = self._file.read(size)
        self.place += len(data)
        return data


class _RowStream:
    """One pass over the file, with the ancestors of the current row and nothing else in memory.

    An element that is done with is removed at the next event, for the parser may still have to append the text behind it.
    """

    def __init__(self, path: Path, steps: list[str], fields: list[FieldPath]) -> None:
        self._path, self._steps, self._fields = path, steps, fields
        self._kept = kept_below(fields)
        self._depth = 0  # elements open
        self._matched = 0  # of these, how many lie on the path to the rows, from the root
        self._kept_from = 0  # depth of the open element beside the path that a field needs
        self._pending: list[etree._Element] = []
        self._done: list[etree._Element] = []
        self._count = 0
        self._seen = 0  # the longest part of the path that was found
        self._beside: set[str] = set()  # elements found where the path goes on differently
        self._source: _Source
        self._waits = len(steps) > 2 and any(field.up and not field.attribute for field in fields)

    def rows(self) -> Iterator[list[str | None]]:
        with self._path.open("rb") as file:
            self._source = _Source(file, self._path)
            yield from self._rows()
        if not self._count and self._beside:
            raise self._not_found()

    def _rows(self) -> Iterator[list[str | None]]:
        events = etree.iterparse(
            self._source,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for event, element in events:
            if self._done:
                self._forget_done()
                self._source.freed = self._source.place
            if event == "start":
                self._start(element)
            else:
                yield from self._end(element)

    def _start(self, element: etree._Element) -> None:
        if self._depth == 0:
            _refuse_doctype(element, self._path)
        name = element.tag
        if name.startswith("{"):
            name = name.rpartition("}")[2]
            try:
                element.tag = name
            except ValueError as error:
                raise _malformed(self._path, element.sourceline or 1, "a name with two colons") from error
        parent_matched = self._matched == self._depth < len(self._steps)
        self._depth += 1
        if parent_matched and name == self._steps[self._depth - 1]:
            self._enter_path()
        elif parent_matched:
            self._enter_beside(name)

    def _enter_path(self) -> None:
        self._matched = self._depth
        if self._depth > self._seen:
            self._seen, self._beside = self._depth, set()
        for field in self._fields:
            if field.depth == self._depth:
                field.forget()

    def _enter_beside(self, name: str) -> None:
        wanted = self._kept.get(self._depth - 1, frozenset())
        if wanted is None or name in wanted:
            self._kept_from = self._depth
        if self._depth == self._seen + 1:
            self._beside.add(name)

    def _end(self, element: etree._Element) -> Iterator[list[str | None]]:
        depth = self._depth
        self._depth -= 1
        if self._matched < depth:
            self._leave_beside(element, depth)
            return
        self._matched -= 1
        if depth == len(self._steps):
            self._pending.append(element)
        if not self._waits or depth < len(self._steps) or len(self._pending) >= PENDING or self._source.held > LONGEST_ROW // 2:
            yield from self._flush()
        if depth < len(self._steps):
            for field in self._fields:
                if field.depth == depth:
                    field.refuse_change(element, self._path)
            self._done.append(element)

    def _leave_beside(self, element: etree._Element, depth: int) -> None:
        in_row = self._matched == len(self._steps)
        if not in_row and not self._kept_from:
            self._done.append(element)
        if depth == self._kept_from:
            self._kept_from = 0

    def _flush(self) -> Iterator[list[str | None]]:
        for row in self._pending:
            self._count += 1
            yield [field.value(row, self._count, self._path) for field in self._fields]
        self._done.extend(self._pending)
        self._pending.clear()

    def _forget_done(self) -> None:
        for element in self._done:
            parent = element.getparent()
            if parent is not None:
                element.clear()
                parent.remove(element)
        self._done.clear()

    def _not_found(self) -> BadInputError:
        below = "/" + "/".join(self._steps[: self._seen])
        there = ", ".join(sorted(self._beside))
        wanted = "/" + "/".join(self._steps)
        return BadInputError(
            f"there is no element {wanted}; below {below} there is {there}", where=str(self._path), fix="correct rows: of the input"
        )


def _refuse_doctype(root: etree._Element, path: Path) -> None:
    info = root.getroottree().docinfo
    dtd = info.internalDTD
    if dtd is not None and (info.system_url or any(True for _ in dtd.iterentities())):
        raise BadInputError(
            "the file declares entities or refers to another file (DOCTYPE)",
            where=f"{path}:1",
            fix="export it without a DOCTYPE; data needs none",
        )
