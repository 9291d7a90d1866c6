"""Value maps that people fill in: `value_maps/<source>.csv` of the migration project, one row per source word.

Belongs here: their form, reading, and writing new words into them without touching what people wrote. Does not belong here: finding
words (`mapped/unmapped.py`), the words of YAML files (`load.py`).
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.private_file import write_private
from migration_pipeline.runtime.safe_csv import bare, safe_csv

FOLDER = "value_maps"
COLUMNS = ("vocabulary", "word", "erp_word", "rows", "suggested", "allowed")


@dataclass(frozen=True)
class WordRow:
    """One source word and what it means.

    Attributes:
        erp_word: what a person wrote; empty while nobody has.
        rows: how many rows had it when it was found.
        suggested: what it may mean, never used by itself.
        line: its line in the file; 0 if it is in none yet.
    """

    vocabulary: str
    word: str
    erp_word: str = ""
    rows: int = 0
    suggested: str = ""
    line: int = 0


def value_map_file(folder: Path, source: str) -> Path:
    """Where a project keeps the words of one source."""
    return folder / FOLDER / f"{source}.csv"


def read_words(path: Path) -> list[WordRow]:
    """The rows of one file, in its order; none if there is no file.

    Raises:
        BadInputError: no such table, a vocabulary or ERP word that does not exist, one word with two meanings; with file:line.
    """
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text)
            if absent := [name for name in COLUMNS[:3] if name not in (reader.fieldnames or ())]:
                raise BadInputError(f"column {', '.join(absent)} is not there", where=f"{path}:1", fix=f"columns are {', '.join(COLUMNS)}")
            rows = [_row(path, reader.line_num, values) for values in reader]
    except UnicodeDecodeError as error:
        raise BadInputError("the file is not UTF-8", where=str(path), fix="save it as `CSV UTF-8`") from error
    _demand_one_meaning(path, rows)
    return rows


def value_maps_of(folder: Path, source: str) -> dict[str, dict[str, str]]:
    """Vocabulary -> word -> ERP word, of the rows that people filled in."""
    found: dict[str, dict[str, str]] = {}
    for row in read_words(value_map_file(folder, source)):
        if row.erp_word:
            found.setdefault(row.vocabulary, {})[row.word] = row.erp_word
    return found


def add_words(path: Path, words: Iterable[WordRow]) -> int:
    """Append the words that the file does not have, ERP word empty; returns how many. What people wrote stays."""
    there = read_words(path)
    known = {(row.vocabulary, row.word) for row in there}
    new = [row for row in words if (row.vocabulary, row.word) not in known]
    if new:
        content = safe_csv(COLUMNS, (_cells(row) for row in (*there, *new)))
        write_private(path, content, what="the file of words", fix="make the folder writable")
    return len(new)


def duplicates(rows: Iterable[WordRow]) -> list[WordRow]:
    """Rows that repeat an earlier one with the same meaning: harmless, but one too many."""
    seen: set[tuple[str, str]] = set()
    found = []
    for row in rows:
        if (row.vocabulary, row.word) in seen:
            found.append(row)
        seen.add((row.vocabulary, row.word))
    return found


def _cells(row: WordRow) -> tuple[str, ...]:
    return row.vocabulary, row.word, row.erp_word, str(row.rows), row.suggested, " ".join(VOCABULARIES[row.vocabulary])


def _row(path: Path, line: int, values: Mapping[str, str | None]) -> WordRow:
    vocabulary, word, erp_word = (bare((values[name] or "").strip()) for name in COLUMNS[:3])
    if vocabulary not in VOCABULARIES:
        what = f"there is no vocabulary {vocabulary!r}"
        raise BadInputError(what, where=f"{path}:{line}", fix=f"vocabularies are {', '.join(VOCABULARIES)}")
    if erp_word and erp_word not in VOCABULARIES[vocabulary]:
        what = f"the ERP has no word {erp_word!r} for {vocabulary}"
        raise BadInputError(what, where=f"{path}:{line}", fix=f"use one of {', '.join(VOCABULARIES[vocabulary])}")
    rows = (values.get("rows") or "0").strip()
    return WordRow(vocabulary, word, erp_word, int(rows) if rows.isdecimal() else 0, (values.get("suggested") or "").strip(), line)


def _demand_one_meaning(path: Path, rows: Iterable[WordRow]) -> None:
    meaning: dict[tuple[str, str], WordRow] = {}
    for row in rows:
        if row.erp_word:
            first = meaning.setdefault((row.vocabulary, row.word), row)
            if first.erp_word != row.erp_word:
                what = f"{row.vocabulary} {row.word!r} means {first.erp_word} in line {first.line} and {row.erp_word} here"
                raise BadInputError(what, where=f"{path}:{row.line}", fix="delete one of the two lines")
