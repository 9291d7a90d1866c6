"""Sums over rows that Tryton gives back, by group.

Belongs here: grouping and adding. Does not belong here: reading rows (`groups.py`), which sums are compared (`reconciled/`).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.erp import ErpTable, Reference, column_named
from migration_pipeline.loaded.targets.tryton.rows import Key, Row, written
from migration_pipeline.runtime.bulk_copy import house_frame

Rows = Mapping[Key, Row]


def grouped_totals(table: ErpTable, rows: Rows, by: Sequence[str], others: Mapping[str, Rows]) -> pd.DataFrame:
    """Rows and exact sums by group, as `loaded.protocol.Target.grouped_totals` gives them.

    Args:
        table: whose rows these are.
        rows: by key.
        by: columns of the table or, as `item.category`, of one it refers to.
        others: the rows of the tables that `by` refers to.

    Raises:
        KeyError: a group is no column of the table or of one it refers to.
    """
    named = [column_named(table, name) for name in by]
    numbers = [column for column in table.numeric_columns if column.name not in by]
    sums: dict[tuple[str | None, ...], list[Decimal | int]] = {}
    for row in rows.values():
        group = tuple(_text(_referred(row, reference, others), column.name) for reference, column in named)
        found = sums.setdefault(group, [0, *(Decimal(0) for _ in numbers)])
        found[0] += 1
        for place, column in enumerate(numbers, start=1):
            found[place] += row[column.name] or 0
    ordered = sorted(sums, key=lambda group: [(part is None, part or "") for part in group])
    columns = [*zip(*ordered, strict=True)] if ordered else [()] * len(by)
    figures = [*zip(*(sums[group] for group in ordered), strict=True)] if ordered else [()] * (1 + len(numbers))
    types = [pa.string()] * len(by) + [pa.int64(), *(pa.decimal128(38, column.scale) for column in numbers)]
    arrays = [pa.array(values, kind) for values, kind in zip([*columns, *figures], types, strict=True)]
    return house_frame(pa.Table.from_arrays(arrays, names=[*by, "rows", *(column.name for column in numbers)]))


def _referred(row: Row, reference: Reference | None, others: Mapping[str, Rows]) -> Row | None:
    return row if reference is None else others[reference.table].get(tuple(row[name] for name in reference.columns))


def _text(row: Row | None, name: str) -> str | None:
    value = None if row is None else row[name]
    return str(value).lower() if isinstance(value, bool) else written(value)
