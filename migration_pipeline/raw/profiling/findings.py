"""What in a profile needs a look before anything is migrated, most serious first.

Belongs here: judging figures. Does not belong here: the figures (`columns.py`, `keys.py`, `relations.py`), showing them (`view.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from migration_pipeline.raw.profiling.columns import ColumnFigures
from migration_pipeline.raw.profiling.profile import Profile, TableProfile

Level = Literal["bad", "warn"]


@dataclass(frozen=True)
class Finding:
    """One remark: where, how many rows, and what, in both languages. Shapes may appear in it, values never."""

    place: str
    column: str
    rows: int
    en: str
    zh: str
    level: Level = "warn"


_DAMAGE: tuple[tuple[str, Level, str, str], ...] = (
    ("mojibake", "bad", "characters destroyed by a wrong encoding", "编码错误导致的乱码"),
    ("line_breaks", "warn", "line breaks or control characters inside values", "值中含换行或控制字符"),
    ("point_zero", "warn", "whole numbers that end in .0", "整数带 .0 后缀"),
    ("wrapped", "warn", 'values in ="..." or after an apostrophe', '值带 ="..." 或撇号前缀'),
)


def findings(profile: Profile) -> list[Finding]:
    """Everything that needs a look."""
    found = [finding for table in profile.tables for finding in _of_table(table)]
    found += [
        Finding(r.child, r.child_column, r.orphans, f"not in {r.parent} {r.parent_column}", f"在 {r.parent} {r.parent_column} 中不存在")
        for r in profile.relations
        if r.orphans
    ]
    return sorted(found, key=lambda finding: (finding.level != "bad", -finding.rows))


def _of_table(table: TableProfile) -> Iterator[Finding]:
    place = table.place
    if table.ragged:
        yield Finding(place, "", table.ragged, "rows with another number of columns than the header", "列数与表头不符的行", "bad")
    if table.repeated:
        yield Finding(place, "", table.repeated, "rows that repeat another row in every column", "与其他行完全相同的行")
    for key in table.keys:
        name = " + ".join(key.columns)
        if key.repeated:
            yield Finding(place, name, key.repeated, "nearly a key, but repeated", "近似主键但有重复")
        if key.repeated_folded > key.repeated:
            more = key.repeated_folded - key.repeated
            yield Finding(place, name, more, "keys that differ only by blanks, case or width", "仅空格、大小写或全半角不同的键", "bad")
    for column in table.columns:
        yield from _of_column(place, column)


def _of_column(place: str, column: ColumnFigures) -> Iterator[Finding]:
    counts = column.counts
    if counts["scientific"] and column.kind != "decimal":
        yield Finding(place, column.name, counts["scientific"], "ids damaged to scientific notation", "编码被转为科学计数法", "bad")
    for figure, level, en, zh in _DAMAGE:
        if counts[figure]:
            yield Finding(place, column.name, counts[figure], en, zh, level)
    if column.date and column.date.ambiguous:
        said = f"{column.date.pattern} / {column.date.other}"
        yield Finding(place, column.name, column.filled, f"day and month cannot be told apart: {said}", f"日月无法区分：{said}", "bad")
    if column.outlier_rows:
        shapes = ", ".join(outlier.shape for outlier in column.outliers[:3])
        usual = f"of the form {column.dominant}" if column.kind not in {"integer", "decimal"} else "a number"
        yield Finding(place, column.name, column.outlier_rows, f"not {usual}: {shapes}", f"与主要格式 {column.dominant} 不符：{shapes}")
