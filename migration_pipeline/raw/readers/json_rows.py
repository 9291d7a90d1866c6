"""JSON documents and NDJSON: one repeating object becomes one row; read as a stream, so that memory does not grow with the file.

Belongs here: walking to the rows, their columns. Does not belong here: parsing (`json_text.py`), what a path means (`json_paths.py`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.encoding import decoded_chunks, settled_encoding
from migration_pipeline.raw.readers.json_paths import (
    EACH,
    Ancestors,
    FieldPath,
    RowStep,
    field_path,
    followed,
    found_rows,
    kind,
    listed,
    row_steps,
    written,
)
from migration_pipeline.raw.readers.json_text import JsonText
from migration_pipeline.raw.readers.read_table import Reading, batched, column_names
from migration_pipeline.runtime.errors import BadInputError

MOST_COLUMNS = 2000
Row = dict[str, object]


def read(path: Path, spec: InputSpec) -> Reading:
    """Read the objects at `spec.rows` of every document in the file; `_row` is the ordinal of the row, 1-based.

    Without `rows` they are the elements of the array the file consists of, or its objects one after the other (NDJSON). Without `fields`
    every member is a column. Numbers stay as written, null and what is not there are missing, objects and arrays become compact JSON.

    Raises:
        BadInputError: malformed or cut-off file, NaN, a key twice in one object, nothing at the path, a row that is no object;
            no rows where `fields` is not given.
    """
    encoding = settled_encoding(path, spec.encoding)
    first = JsonText(decoded_chunks(path, encoding), path).peek()
    if not first:
        raise BadInputError("the file is empty", where=str(path), fix="export it again")
    steps = row_steps(spec.rows, str(path)) if spec.rows else (EACH,) if first == "[" else ()
    above = [step for step in steps if isinstance(step, str)]
    fields = {name: field_path(where, above, str(path)) for name, where in spec.fields.items()}
    walk = _Walk(path, encoding, steps, list(fields.values()))
    if not fields or any(field.up for field in fields.values()):
        members = walk.learn()
        fields = fields or {name: FieldPath(0, (name,)) for name in members}
    if not fields:
        fix = "list the columns under fields: of the input; then a file without rows has columns too"
        raise BadInputError("there is not one row, so there are no columns", where=str(path), fix=fix)
    names = column_names(list(fields), str(path))
    return Reading(tuple(names), batched(names, walk.rows(list(fields.values()))), {"encoding": encoding})


class _Walk:
    """The way from the start of the file to its rows.

    Of an object too long to be taken at once only the members that fields ask for are kept (its head). They may stand behind the rows:
    `learn` goes through the file once to gather them.
    """

    def __init__(self, path: Path, encoding: str, steps: Sequence[RowStep], fields: Sequence[FieldPath]) -> None:
        self._path, self._encoding, self._steps = path, encoding, steps
        above = sum(isinstance(step, str) for step in steps)
        self._kept = [{field.steps[0] for field in fields if field.up and above - field.up == level} for level in range(above)]
        self._heads: list[Row] = []
        self._furthest = (-1, "")

    def learn(self) -> list[str]:
        """Names of the rows' members, in order of first appearance."""
        members: dict[str, None] = {}
        for row, _ in self._found(None):
            members.update(dict.fromkeys(row))
            if len(members) > MOST_COLUMNS:
                what = f"the rows have more than {MOST_COLUMNS} different members"
                raise BadInputError(what, where=str(self._path), fix="list those that count under fields: of the input")
        return list(members)

    def rows(self, fields: Sequence[FieldPath]) -> Iterator[tuple[int, list[str | None]]]:
        """Number and values of every row."""
        number = 0
        try:
            for number, (row, above) in enumerate(self._found(iter(self._heads)), start=1):
                yield number, [field.text(row, above) for field in fields]
        except ValueError as error:
            fix = "correct fields: of the input, or export the file again"
            raise BadInputError(f"row {number}: {error}", where=str(self._path), fix=fix) from error

    def _found(self, heads: Iterator[Row] | None) -> Iterator[tuple[Row, Ancestors]]:
        """Every row and the objects above it, outermost first; without heads they are gathered."""
        text = JsonText(decoded_chunks(self._path, self._encoding), self._path)
        count = 0
        try:
            while text.peek():
                for row, above in self._below(text, self._steps, (), heads):
                    count += 1
                    if not isinstance(row, dict):
                        fix = "say in rows: of the input where the objects are that become rows"
                        raise BadInputError(f"row {count} is {kind(row)}, not an object", where=text.where(), fix=fix)
                    yield row, above
        except RecursionError as error:
            raise BadInputError("arrays and objects are nested too deep", where=text.where(), fix="export the file again") from error
        if not count and self._furthest[0] < len(self._steps):
            raise self._not_found()

    def _below(
        self, text: JsonText, steps: Sequence[RowStep], above: Ancestors, heads: Iterator[Row] | None
    ) -> Iterator[tuple[object, Ancestors]]:
        taken, value = text.small()
        if taken or not steps:
            yield from self._in(value if taken else text.value(), text, steps, above)
        elif isinstance(steps[0], str):
            yield from self._in_long_object(text, steps, above, heads)
        else:
            for _ in text.elements():
                yield from self._below(text, steps[1:], above, heads)

    def _in(self, value: object, text: JsonText, steps: Sequence[RowStep], above: Ancestors) -> Iterator[tuple[object, Ancestors]]:
        if self._furthest[0] < len(self._steps):
            depth, there = followed(value, steps)
            self._furthest = max(self._furthest, (len(self._steps) - len(steps) + depth, there))
        try:
            yield from found_rows(value, steps, above)
        except ValueError as error:
            raise BadInputError(f"{error} ({written(self._steps)})", where=text.where(), fix="correct rows: of the input") from error

    def _in_long_object(
        self, text: JsonText, steps: Sequence[RowStep], above: Ancestors, heads: Iterator[Row] | None
    ) -> Iterator[tuple[object, Ancestors]]:
        head: Row = {} if heads is None else next(heads, {})
        if heads is None:
            self._heads.append(head)
        seen: set[str] = set()
        for key in text.members():
            if key in seen:
                raise BadInputError(f"the key {key!r} comes twice in one object", where=text.where(), fix="export the file again")
            seen.add(key)
            if key == steps[0]:
                yield from self._below(text, steps[1:], (*above, head), heads)
            elif heads is None and key in self._kept[len(above)]:
                head[key] = text.value()
            else:
                text.skip()
        if steps[0] not in seen:
            self._furthest = max(self._furthest, (len(self._steps) - len(steps), listed(seen)))

    def _not_found(self) -> BadInputError:
        depth, there = self._furthest
        at = f"at {written(self._steps[:depth])}" if depth else "at the top"
        what = f"there is no {written(self._steps)}; {at} there is {there or 'nothing'}"
        return BadInputError(what, where=str(self._path), fix="correct rows: of the input")
