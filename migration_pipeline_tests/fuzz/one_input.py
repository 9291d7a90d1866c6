"""One damaged file given to its reader, and the verdict: read, refused or crashed. Run as a program it tries what it is told to.

Belongs here: what a good reading and a good refusal are, the limits of the process. Does not belong here: choosing inputs
(`mutations.py`), starting this program and telling why it died (`reader_process.py`).
"""

import io
import json
import os
import re
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import opened
from migration_pipeline.raw.readers.read_table import RAGGED, TEXT, Batch
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.benchmarks.one_read import peak_mb
from migration_pipeline_tests.fuzz.good_files import GoodFile, good_file
from migration_pipeline_tests.fuzz.mutations import Mutated, mutated

ADDRESS_SPACE = 4 << 30
"""Bytes the process may ask for, libraries and reserved space included; beyond that a reader gets a MemoryError."""
MEMORY = 1 << 30
"""Bytes really used beyond which an input counts as a crash; the libraries alone take about 200 MB."""
SECONDS = 5.0
"""Processor time beyond which a small file counts as a hang."""
PACE = 5_000_000
"""Bytes for which a larger file gets a second more."""
LONGEST_MESSAGE = 3000
_GRAM = 8


@dataclass(frozen=True)
class Verdict:
    """What became of one input; `detail` is the refusal's or the crash's text, `rows` counts ragged ones too."""

    outcome: Literal["read", "refused", "crash"]
    detail: str
    rows: int
    seconds: float
    how: tuple[str, ...]


class BrokenPromiseError(AssertionError):
    """A reading or a refusal is not as it must be."""


def judged(path: Path, good: GoodFile, file: Mutated) -> Verdict:
    """Write the damaged file, read it, and say what became of it; whatever else a reader raises ends the process, which is seen outside."""
    path.write_bytes(file.content)
    begun, rows = time.process_time(), 0
    try:
        rows = _checked_rows(path, good.spec)
        _refuse_loss(rows, good, file)
        outcome, detail = "read", ""
    except BadInputError as error:
        outcome, detail = "refused", str(error)
        if fault := refusal_fault(error, path, good):
            outcome, detail = "crash", f"{fault}: {detail[:500]}"
        elif file.promise == "rows" and not _sums_its_bytes(good):
            outcome, detail = "crash", f"refused though only letters inside of a value changed: {detail}"
    except BrokenPromiseError as error:
        outcome, detail = "crash", str(error)
    seconds = time.process_time() - begun
    if seconds > SECONDS + len(file.content) / PACE and outcome != "crash":
        outcome, detail = "crash", f"took {seconds:.1f} s ({outcome})"
    return Verdict(outcome, detail, rows, seconds, file.how)  # type: ignore[arg-type]


def _checked_rows(path: Path, spec: InputSpec) -> int:
    """All rows of a file, ragged ones too; raises BrokenPromiseError for a batch that is not as `Batch` says."""
    with opened(path, spec) as reading:
        json.dumps(dict(reading.options))
        schema = pa.schema([*((name, TEXT) for name in reading.names), ("_row", pa.int64())])
        seen: list[int] = []
        for batch in reading.batches:
            seen += sorted(_numbers(batch, schema))
    _demand(all(a < b for a, b in zip([0, *seen], seen, strict=False)), "row numbers are not unique and rising")
    return len(seen)


def _numbers(batch: Batch, schema: pa.Schema) -> Iterator[int]:
    for table, wanted in ((batch.table, schema), (batch.ragged, RAGGED)):
        _demand(table.schema.equals(wanted), f"columns are {table.schema.names}, not {wanted.names}, or not of their types")
        table.validate(full=True)  # also that text is UTF-8
        numbers = table["_row"].to_pylist()
        _demand(None not in numbers and numbers == sorted(set(numbers)), "row numbers of a batch are not unique and rising")
        yield from numbers


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise BrokenPromiseError(what)


def _refuse_loss(rows: int, good: GoodFile, file: Mutated) -> None:
    wanted = _rows_of(good)
    _demand(file.promise == "none" or rows == wanted, f"{rows} of {wanted} rows were read and nothing was said")
    if good.name == "csv unquoted":
        written = [line for line in re.split("\r\n|\r|\n", file.content.decode("utf-8-sig")) if line.strip(", \t")]
        lines = len(written) - 1
        _demand(rows in {lines, lines + 1}, f"{rows} rows of {lines} lines were read")  # one more if the first line is blank but for a mark


@cache
def _rows_of(good: GoodFile) -> int:
    return len(_cells(good))


@cache
def _cells(good: GoodFile) -> list[list[str]]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, good.file)
        path.write_bytes(good.content)
        with opened(path, good.spec) as reading:
            return [[str(value) for value in row.values()] for batch in reading.batches for row in batch.table.drop("_row").to_pylist()]


@cache
def _content(good: GoodFile) -> frozenset[str]:
    """All runs of eight characters in the values of a good file; none of them may stand in an error."""
    return frozenset(
        value[place : place + _GRAM]
        for row in _cells(good)
        for value in row
        for place in range(len(value) - _GRAM + 1)
        if "0000" not in value[place : place + _GRAM]  # may be part of any number
    )


def refusal_fault(error: BadInputError, path: Path, good: GoodFile) -> str:
    """What is wrong with a refusal; empty if it says what, where and what to do, and nothing of the values."""
    if not (error.what and error.fix and error.where.startswith(str(path))):
        return "the refusal lacks what, where or fix"
    text = str(error).replace(str(path), "")
    if len(text) > LONGEST_MESSAGE:
        return "the refusal is very long"
    if not text.isprintable() and not text.replace("\n", "").isprintable():
        return "the refusal holds unprintable characters"
    if any(text[place : place + _GRAM] in _content(good) for place in range(len(text) - _GRAM + 1)):
        return "the refusal shows a value"
    return ""


def _sums_its_bytes(good: GoodFile) -> bool:
    """Whether the changed bytes themselves are summed up (members are packed anew, with new sums)."""
    return good.name == "parquet"


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer each line `[format, seed, index]` of stdin with a line of JSON; whatever the readers print is a crash."""
    folder, answers = Path(sys.argv[1]), os.fdopen(os.dup(1), "w", encoding="utf-8")
    printed = os.open(folder / "printed", os.O_RDWR | os.O_CREAT | os.O_APPEND)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    warnings.simplefilter("always")
    _limited()
    for line in io.TextIOWrapper(sys.stdin.buffer):
        name, seed, index = json.loads(line)
        good = good_file(name)
        _content(good)
        verdict = judged(folder / good.file, good, mutated(good, seed, index))
        answer = {**asdict(verdict), "peak_mb": peak_mb()}
        if os.fstat(printed).st_size:
            answer |= {"outcome": "crash", "detail": "printed: " + (folder / "printed").read_text(errors="replace")[:500]}
            os.ftruncate(printed, 0)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
