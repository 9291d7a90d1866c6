"""What a delimited file looks like: delimiter, quote and header row, as declared or found in its first records (`auto`).

Belongs here: the decision, and the refusal where nothing decides. Does not belong here: encodings (`encoding_auto.py`), reading the rows
(`delimited.py`).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from migration_pipeline.project.source import InputSpec
from migration_pipeline.project.synonyms import score
from migration_pipeline.raw.readers.record_blocks import Dialect
from migration_pipeline.runtime.errors import BadInputError

SAMPLE = 1 << 16
DELIMITERS = (",", ";", "\t", "|")
_NAMES = {"\t": "TAB", "\\t": "TAB"}
_RECORDS = 200
_HEADER_WITHIN = 50
_KNOWN = 2
"""So many names that the dictionary knows make a row a header."""
_NUMBER = re.compile(r"(?=\D*\d)[\s\d.,:/+%¥$€-]*+")
_DIGIT = re.compile(r"\d")

Cells = Sequence[str]


@dataclass(frozen=True)
class Shape:
    """Settled: how values are set apart, and the 1-based record the header begins at (without a header: the first row of data)."""

    dialect: Dialect
    header_row: int


def settled_shape(start: str, spec: InputSpec, path: Path) -> Shape:
    """The shape of a file that begins with `start` (at most `SAMPLE` characters are looked at).

    Raises:
        BadInputError: a delimiter or quote that is not one ASCII character; `auto` where nothing or too much fits.
    """
    text, cut = start[:SAMPLE], len(start) > SAMPLE
    dialect = _dialect(text, spec, path)
    if spec.header_row != "auto":
        return Shape(dialect, spec.header_row)
    return Shape(dialect, 1 if spec.names else _header_row(_sampled(text, dialect, cut=cut), spec.header_rows, path))


def split_rows(text: str, dialect: Dialect) -> Iterator[list[str]]:
    """Records as lists of values; raises csv.Error for a value longer than 128 KB."""
    lines = io.StringIO(text, newline="")
    if not dialect.quote:
        return csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote)


def joined_names(rows: Sequence[Cells]) -> list[str]:
    """One name per column of a header of several rows: `upper/lower`; an empty upper cell belongs to the merged cell on its left."""
    width = max(map(len, rows))
    padded = [[*(cell.strip() for cell in row), *[""] * (width - len(row))] for row in rows]
    for row in padded[:-1]:
        for place in range(1, width):
            row[place] = row[place] or row[place - 1]
    return ["/".join(part for part in parts if part) for parts in zip(*padded, strict=True)]


def _dialect(text: str, spec: InputSpec, path: Path) -> Dialect:
    delimiter = _NAMES.get(spec.delimiter, spec.delimiter)
    delimiter = "\t" if delimiter == "TAB" else delimiter
    if delimiter == "auto":
        delimiter = _delimiter(text, spec.quote, path)
    quote = _quote(text, delimiter, path) if spec.quote == "auto" else spec.quote
    for what, mark, allowed in (("delimiter", delimiter, ()), ("quote", quote, ("",))):
        if mark not in allowed and (len(mark) != 1 or not mark.isascii() or mark in "\r\n\0"):
            raise BadInputError(f"a {what} is one ASCII character, not {mark!r}", where=str(path), fix=f"correct {what}: of the input")
    if delimiter == quote:
        raise BadInputError("delimiter and quote are the same", where=str(path), fix="correct delimiter: or quote: of the input")
    return Dialect(delimiter, quote)


def _delimiter(text: str, quote: str, path: Path) -> str:
    """The one that gives most records the same number of values; where two do, the one that does so from an earlier row on (the header)."""
    found: dict[str, tuple[float, int]] = {}
    for delimiter in DELIMITERS:
        own = _quote(text, delimiter, path) if quote == "auto" else quote
        widths = [len(row) for row in _sampled(text, Dialect(delimiter, own), cut=len(text) >= SAMPLE) if any(row)]
        usual, count = Counter(widths).most_common(1)[0] if widths else (1, 0)
        if usual > 1:
            found[delimiter] = count / len(widths), -widths.index(usual)
    best = max((share for share, _ in found.values()), default=0)
    near = {delimiter: start for delimiter, (share, start) in found.items() if share >= best - 0.1}
    first = [delimiter for delimiter, start in near.items() if start == max(near.values())]
    if len(first) > 1:
        raise _undecided("delimiter", [_NAMES.get(mark, mark) for mark in first], path)
    return first[0] if first else ","


def _quote(text: str, delimiter: str, path: Path) -> str:
    """The double quote, unless values stand in single ones throughout."""
    double, single = (_quoted_values(text, delimiter, quote) for quote in "\"'")
    throughout = single * 2 > text.count("\n")
    if double and throughout:
        raise _undecided("quote", ['"', "'"], path)
    return "'" if throughout else '"'


def _quoted_values(text: str, delimiter: str, quote: str) -> int:
    mark = re.escape(delimiter)
    value = f"(?:^|{mark}){quote}[^{quote}\r\n]*{quote}(?={mark}|\r|$)"
    return len(re.findall(value, text, re.MULTILINE)) if quote in text else 0


def _sampled(text: str, dialect: Dialect, *, cut: bool) -> list[list[str]]:
    """The first records; the last one is left out where the sample may cut it."""
    try:
        rows = list(islice(split_rows(text, dialect), _RECORDS))
    except csv.Error:
        return []
    return rows[:-1] if cut and 1 < len(rows) < _RECORDS else rows


def _header_row(rows: Sequence[Cells], height: int, path: Path) -> int:
    """The first row that can be a header and is shown to be one: the dictionary knows its names, or it lacks the digits of its columns."""
    fitting = [place for place in range(min(len(rows), _HEADER_WITHIN)) if _fits(rows, place, height)]
    known = {place: score([cell for row in rows[place : place + height] for cell in row]) for place in fitting}
    best = [place for place in fitting if known[place] == max(known.values()) >= _KNOWN]
    chosen = best if len(best) == 1 else [place for place in fitting if _unlike_below(rows, place, height)]
    if not chosen:
        raise BadInputError(
            "no row is clearly the header", where=str(path), fix="write header_row: in the input (or names: if the file has no header)"
        )
    return chosen[0] + 1


def _fits(rows: Sequence[Cells], place: int, height: int) -> bool:
    header, below = rows[place : place + height], [row for row in rows[place + height :] if any(row)]
    usual = Counter(map(len, below)).most_common(1)[0][0] if below else len(header[-1])
    if len(header) < height or any(len(row) != usual for row in header):
        return False
    names = joined_names(header)
    inner, named = names[1:-1], [name for name in names if name]
    return all(inner) and 0 < len(named) == len(set(named)) and 2 * sum(bool(_NUMBER.fullmatch(name)) for name in named) < len(named)


def _unlike_below(rows: Sequence[Cells], place: int, height: int) -> bool:
    """Whether in some column the next row and nearly all others have digits and the name has none, and no row above is as full."""
    names = joined_names(rows[place : place + height])
    if any(len(row) == len(names) and all(row[1:-1]) and any(row) for row in rows[:place]):
        return False
    below = [row for row in rows[place + height :] if any(row) and len(row) == len(names)]
    if not below:
        return not any(map(_DIGIT.search, names))
    with_digits = [[bool(_DIGIT.search(row[column])) for row in below] for column in range(len(names))]
    return any(
        not _DIGIT.search(name) and digits[0] and 5 * sum(digits) >= 4 * len(digits)
        for name, digits in zip(names, with_digits, strict=True)
    )


def _undecided(what: str, candidates: Sequence[str], path: Path) -> BadInputError:
    return BadInputError(
        f"the {what} cannot be told: {' and '.join(candidates)} fit alike", where=str(path), fix=f"write {what}: in the input"
    )
