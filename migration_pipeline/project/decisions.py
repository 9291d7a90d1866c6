"""The files in which a person decides about duplicates: `decisions/duplicates-<dataset>.csv` of the migration project.

Belongs here: their form, reading and writing. Does not belong here: finding pairs, what a decision does (both `mapped/`).
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.private_file import write_private

SAME, DISTINCT, MERGE, REVIEW = "same", "distinct", "merge", "review"
_WORDS = {"": "", SAME: SAME, DISTINCT: DISTINCT, "相同": SAME, "不同": DISTINCT}
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class PairRow:
    """Two records that may be the same thing.

    Attributes:
        pair: a short name of the two, the same in every file.
        zone: `merge` (same unless a person says otherwise) or `review` (apart unless a person says otherwise).
        left, right: `<store>/<source key>`, left the smaller.
        left_shown, right_shown: what the two look like, masked where personal.
        explanation: what agrees and what differs.
        note: what was already loaded.
        decision: `same`, `distinct` or empty.
        line: its line in the file; 0 if it is in none yet.
    """

    pair: str
    zone: str
    probability: str
    left: str
    right: str
    left_shown: str = ""
    right_shown: str = ""
    explanation: str = ""
    note: str = ""
    decision: str = ""
    line: int = 0


COLUMNS = tuple(field.name for field in fields(PairRow) if field.name != "line")


def pair_name(left: str, right: str) -> str:
    """The name of a pair, whichever of the two comes first."""
    return "d" + hashlib.sha256("\n".join(sorted((left, right))).encode()).hexdigest()[:11]


def decisions_file(folder: Path, dataset: str) -> Path:
    """Where a project keeps the decisions about one dataset."""
    return folder / "decisions" / f"duplicates-{dataset}.csv"


def read_decisions(folder: Path, dataset: str) -> list[PairRow]:
    """The pairs of one dataset, in the file's order; none if there is no file.

    Raises:
        BadInputError: the file is no such file, a record's name was changed, or a decision is no decision.
    """
    path = decisions_file(folder, dataset)
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            if absent := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise BadInputError(f"column {', '.join(absent)} is gone", where=f"{path}:1", fix="run `store2erp duplicates find` again")
            return [_row(path, reader.line_num, values) for values in reader]
    except UnicodeDecodeError as error:
        raise BadInputError("the file is not UTF-8", where=str(path), fix="save it as `CSV UTF-8`") from error


def _row(path: Path, line: int, values: dict[str, str | None]) -> PairRow:
    texts = {name: (values.get(name) or "").strip() for name in COLUMNS}
    row = PairRow(**{**texts, "left": _bare(texts["left"]), "right": _bare(texts["right"])}, line=line)
    where = f"{path}:{line}"
    if row.pair != pair_name(row.left, row.right):
        raise BadInputError("pair, left and right do not belong together", where=where, fix="change nothing but the column `decision`")
    if row.zone not in {MERGE, REVIEW}:
        raise BadInputError("the zone is neither merge nor review", where=where, fix="change nothing but the column `decision`")
    if row.decision.lower() not in _WORDS:
        raise BadInputError("this is no decision", where=where, fix=f"write {SAME} 相同 or {DISTINCT} 不同, or leave it empty")
    return PairRow(**{**asdict(row), "decision": _WORDS[row.decision.lower()]})


def write_decisions(folder: Path, dataset: str, rows: Iterable[PairRow]) -> Path:
    """Write the file anew, readable by the owner only, never seen half-written; a spreadsheet opens it as it is.

    Raises:
        InfrastructureError: the folder cannot be written.
    """
    path, out = decisions_file(folder, dataset), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_safe(str(getattr(row, column))) for column in COLUMNS] for row in rows)
    write_private(path, out.getvalue().encode("utf-8-sig"), what="the file of decisions", fix="make the folder writable")
    return path


def remembered(found: Sequence[PairRow], earlier: Iterable[PairRow]) -> list[PairRow]:
    """What was found now with the decisions of before; pairs that were decided stay even if they are not found any more."""
    before = {row.pair: row for row in earlier}
    now = [PairRow(**{**asdict(row), "decision": before[row.pair].decision if row.pair in before else row.decision}) for row in found]
    names = {row.pair for row in found}
    return [*now, *(row for row in before.values() if row.decision and row.pair not in names)]


def _safe(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _bare(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text
