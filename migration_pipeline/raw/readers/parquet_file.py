r"""Parquet files: every typed column as exact text.

Belongs here: opening, damage, one type - one text. Does not belong here: what a value means (`cleaned/`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet
from pyarrow import types as kinds

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.json_paths import compact
from migration_pipeline.raw.readers.json_text import Number
from migration_pipeline.raw.readers.number_text import float_text
from migration_pipeline.raw.readers.read_table import BATCH, TEXT, Batch, Reading, column_names
from migration_pipeline.runtime.errors import BadInputError

BUFFER = 1 << 20
SMALL = 64 << 20
"""Columns of files up to so many bytes are read whole: with a buffer Arrow believes a damaged page that says it has 2 GB, and takes it."""
_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"


def read(path: Path, spec: InputSpec) -> Reading:
    r"""Read a Parquet file; `_row` is the ordinal of the row, 1-based.

    Decimals keep their scale, floats are the shortest text that is them, times are ISO 8601 with a blank, booleans true and false,
    nested values compact JSON, binary is `\x` and hex digits; null is missing.

    Raises:
        BadInputError: not Parquet, cut off, damaged, encrypted; a column of a type that has no text.
    """
    _refuse_other(path)
    with _readable(path):
        buffer = BUFFER if path.stat().st_size > SMALL else 0
        file = parquet.ParquetFile(path, buffer_size=buffer, pre_buffer=False, page_checksum_verification=True)
    schema = file.schema_arrow
    if not schema.names:
        raise BadInputError("the file has no columns", where=str(path), fix="export it again")
    for column in schema:
        if _text_of(column.type) is None:
            raise BadInputError(f"column {column.name!r} is of type {column.type}", where=str(path), fix="export it as text")
    return Reading(tuple(column_names(schema.names, str(path))), _batches(file, path))


def _batches(file: parquet.ParquetFile, path: Path) -> Iterator[Batch]:
    names, first = column_names(file.schema_arrow.names, str(path)), 1
    with file, _readable(path):
        for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
            batch.validate(full=True)  # that texts are UTF-8, for one; Arrow takes it for granted
            columns = [_as_text(column) for column in batch.columns]
            numbers = pa.array(np.arange(first, first + len(batch), dtype="int64"))
            yield Batch(pa.table([*columns, numbers], names=[*names, "_row"]))
            first += len(batch)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What Arrow says of a damaged file comes as one clear error; what the disk says goes on as it is."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        if "encrypt" in str(error).lower():
            raise _encrypted(path) from error
        raise BadInputError("the Parquet file is damaged or cut off", where=str(path), fix="copy or export it again") from error


def _refuse_other(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(max(0, path.stat().st_size - 4))
        end = file.read()
    if _ENCRYPTED in (start, end):
        raise _encrypted(path)
    if start != _MAGIC:
        raise BadInputError("this is not a Parquet file" if start else "the file is empty", where=str(path), fix="export it again")
    if end != _MAGIC:
        raise BadInputError("the Parquet file is cut off", where=str(path), fix="copy or export it again")


def _encrypted(path: Path) -> BadInputError:
    return BadInputError("the Parquet file is encrypted", where=str(path), fix="export it without encryption")


Texts = Callable[[pa.Array], pa.Array]


def _as_text(column: pa.Array) -> pa.Array:
    texts = _text_of(column.type)
    if texts is None:
        raise pa.ArrowInvalid(f"no text for {column.type}")
    return texts(column)


def _text_of(kind: pa.DataType) -> Texts | None:
    """How a type becomes text; None if it does not."""
    if isinstance(kind, pa.BaseExtensionType):
        return (lambda c: _each(c, str)) if kind.extension_name == "arrow.uuid" else (lambda c: _as_text(c.storage))
    if kinds.is_dictionary(kind):
        return lambda column: _as_text(column.dictionary_decode())
    if kinds.is_nested(kind):
        return lambda column: _each(column, lambda value: compact(_plain(value)))
    for test, texts in _TEXTS:
        if test(kind):
            return texts
    return None


def _cast(column: pa.Array) -> pa.Array:
    return pc.cast(column, TEXT)


def _decimal(column: pa.Array) -> pa.Array:
    """Arrow writes small ones with an exponent (0E-10)."""
    texts = _cast(column)
    if not pc.any(pc.match_substring(texts, "E")).as_py():
        return texts
    return _each(column, lambda value: format(value, "f"))


def _float(column: pa.Array) -> pa.Array:
    """A narrow one is as long as it has to be among its own kind: 0.1, not 0.10000000149011612."""
    narrow: Callable[[float], object] | None = {16: np.float16, 32: np.float32}.get(column.type.bit_width)
    return _each(column, lambda value: _positional(str(narrow(value)) if narrow else repr(value)))


def _positional(text: str) -> str:
    return format(Decimal(text), "f") if "e-" in text else text


def _time(column: pa.Array) -> pa.Array:
    """2026-01-01 10:00:00, 2026-01-01 10:00:00.25, 2026-01-01 10:00:00+08:00."""
    texts = pc.replace_substring_regex(_cast(column), r"(\.\d*?)0+(Z|[+-]\d{4})?$", r"\1\2")
    texts = pc.replace_substring_regex(texts, r"\.(Z|[+-]\d{4})?$", r"\1")
    texts = pc.replace_substring_regex(texts, r"Z$", "+00:00")
    return pc.replace_substring_regex(texts, r"([+-]\d{2})(\d{2})$", r"\1:\2")


def _each(column: pa.Array, text: Callable[[Any], str]) -> pa.Array:
    return pa.array([None if value is None else text(value) for value in column.to_pylist()], TEXT)


def _plain(value: object) -> object:
    """A nested value with numbers as written and everything else as JSON knows it."""
    if isinstance(value, dict):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(element) for element in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, bytes):
        return _hex(value)
    if isinstance(value, float):
        return Number(float_text(value)) if np.isfinite(value) else str(value)
    if isinstance(value, Decimal):
        return Number(format(value, "f"))
    return Number(value) if isinstance(value, int) else str(value)


def _hex(value: bytes) -> str:
    return rf"\x{value.hex()}"


_TEXTS: tuple[tuple[Callable[[pa.DataType], bool], Texts], ...] = (
    (kinds.is_decimal, _decimal),
    (kinds.is_floating, _float),
    (kinds.is_timestamp, _time),
    (kinds.is_time, _time),
    (lambda kind: kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_fixed_size_binary(kind), lambda c: _each(c, _hex)),
    (lambda kind: kinds.is_integer(kind) or kinds.is_boolean(kind) or kinds.is_date(kind) or kinds.is_null(kind), _cast),
    (lambda kind: kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind), _cast),
)
