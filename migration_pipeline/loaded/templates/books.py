"""The books of an export: every value of the mapped data is in a file, or it is said why not; sums are exact.

Belongs here: comparing what was mapped with what the marks say was written. Does not belong here: filling (`fill.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import pandas as pd

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.money import total
from migration_pipeline.loaded.templates.fill import Marks
from migration_pipeline.loaded.templates.model import Tool
from migration_pipeline.loaded.templates.rows import holds_something
from migration_pipeline.project.models import Text

NO_FIELD = Text(en="the tool's import has no field for it", zh="该导入工具没有对应字段")
REFUSALS: Mapping[str, Text] = MappingProxyType(
    {
        "empty": Text(en="the tool demands a value that is not there", zh="缺少工具要求的必填值"),
        "length": Text(en="longer or shorter than the tool takes", zh="长度超出工具允许范围"),
        "negative": Text(en="below zero, which the tool refuses", zh="为负数，工具不接受"),
        "unwritable": Text(en="holds a control character that no file of this form can hold", zh="含文件无法保存的控制字符"),
        "no_parent": Text(en="what it belongs to is in no file of this export", zh="所属记录不在本次导出的文件中"),
        "formula": Text(
            en="a spreadsheet would run it as a formula, and the tool takes only CSV here",
            zh="会被表格软件当作公式执行，而工具此处只接受 CSV",
        ),
    }
)
"""Why a row is in no file."""


@dataclass(frozen=True)
class Left:
    """Values of one column that are in no file, and why; `total` is their exact sum where they are numbers."""

    table: str
    column: str
    reason: str
    words: Text
    rows: int
    total: Decimal | None


@dataclass(frozen=True)
class TableBooks:
    """One ERP table: `rows` = `whole` + `partly` + `nowhere`; of every number the sum mapped = in files + left.

    Attributes:
        mapped: rows over all stores, before the same record of several stores was counted once.
        repeated: those that are the same record again.
        whole, partly, nowhere: rows whose values are all, in part or not at all in files.
    """

    table: str
    mapped: int
    repeated: int
    whole: int
    partly: int
    nowhere: int
    totals: Mapping[str, tuple[Decimal, Decimal, Decimal]]
    left: tuple[Left, ...]

    @property
    def rows(self) -> int:
        """Different records."""
        return self.whole + self.partly + self.nowhere

    @property
    def ties(self) -> bool:
        """No row and no amount is missing or counted twice, and what is left is told in full."""
        sums = all(mapped == written + left for mapped, written, left in self.totals.values())
        told = all(
            sum((one.total or Decimal(0) for one in self.left if one.column == column), Decimal(0)) == left
            for column, (_, _, left) in self.totals.items()
        )
        return sums and told and self.mapped == self.rows + self.repeated


def table_books(tool: Tool, table: str, frame: pd.DataFrame, mapped: int, marks: Marks) -> TableBooks:
    """The books of one table; `frame` holds its different records."""
    about, written, there = erp_table(table), {}, {}
    for column in about.column_names:
        there[column] = holds_something(frame[column])
        written[column] = there[column] & marks.carried.get((table, column), pd.Series(False, index=frame.index))
    left = tuple(one for column in about.column_names for one in _left(tool, table, column, frame, there[column] & ~written[column], marks))
    some = pd.DataFrame(written).any(axis=1)
    lost = (pd.DataFrame(there) & ~pd.DataFrame(written)).any(axis=1)
    numbers = [column.name for column in about.numeric_columns]
    sums = {name: (total(frame[name]), total(frame.loc[written[name], name]), total(frame.loc[~written[name], name])) for name in numbers}
    counts = (int((some & ~lost).sum()), int((some & lost).sum()), int((~some).sum()))
    return TableBooks(table, mapped, mapped - len(frame), *counts, sums, left)


def _left(tool: Tool, table: str, column: str, frame: pd.DataFrame, missing: "pd.Series[bool]", marks: Marks) -> list[Left]:
    """The values of one column that are in no file, by reason."""
    if not missing.any():
        return []
    why = marks.refused.get(table, pd.Series("", index=frame.index, dtype="str"))
    numeric = column in {one.name for one in erp_table(table).numeric_columns}
    found = []
    for reason, own in why[missing].groupby(why[missing], sort=True):
        amount = total(frame.loc[own.index, column]) if numeric else None
        found.append(Left(table, column, str(reason) or "no_place", _words(tool, table, column, str(reason)), len(own), amount))
    return found


def _words(tool: Tool, table: str, column: str, reason: str) -> Text:
    if reason:
        return REFUSALS[reason]
    return tool.no_place.get(f"{table}.{column}") or tool.no_place.get(table) or NO_FIELD
