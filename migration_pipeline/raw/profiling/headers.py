"""The header of a file whose encoding or header row cannot be told from its bytes: the way of reading that gives known names.

Belongs here: trying ways to read. Does not belong here: what a reader finds out by itself (`raw/readers/`). A migration never guesses
like this; a profile may, for a person confirms it.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from migration_pipeline.project.source import InputSpec
from migration_pipeline.project.synonyms import score
from migration_pipeline.raw.profiling.pour import header
from migration_pipeline.runtime.errors import BadInputError

ENCODINGS = ("utf-8", "gb18030", "big5")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
Header = tuple[tuple[str, ...], Mapping[str, object]]


def likely_header(path: Path, spec: InputSpec) -> Header:
    """As `pour.header`; where the reader cannot decide, the way whose names the dictionary knows best.

    Raises:
        BadInputError: as the reader, if no way gives names that look like names.
    """
    try:
        return header(path, spec)
    except BadInputError as error:
        found = [known for way in _ways(spec) if (known := _tried(path, way)) is not None]
        if not found:
            raise error from None
        return max(found, key=lambda known: score(known[0]))


def _ways(spec: InputSpec) -> Iterator[InputSpec]:
    """The same input with an encoding or a header row instead of `auto`."""
    encodings = ENCODINGS if spec.encoding == "auto" and spec.format in {"csv", "json", "sql_dump"} else ()
    yield from (spec.model_copy(update={"encoding": encoding}) for encoding in encodings)
    if spec.header_row == "auto":
        yield from (spec.model_copy(update={"encoding": encoding, "header_row": 1}) for encoding in encodings or (spec.encoding,))


def _tried(path: Path, spec: InputSpec) -> Header | None:
    """The header, if its names look like names and not like the first row of data."""
    try:
        names, options = header(path, spec)
    except BadInputError:
        return None
    plausible = score(names) > 0 or all(_IDENTIFIER.fullmatch(name) for name in names)
    settled = {key: getattr(spec, key) for key in ("encoding", "header_row") if getattr(spec, key) != "auto"}
    return (names, {**settled, **options}) if plausible else None
