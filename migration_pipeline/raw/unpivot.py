"""One column per warehouse becomes one row per warehouse.

Belongs here: the shape of the table. Does not belong here: what keys and values mean.
"""

from pathlib import Path

import pandas as pd

from migration_pipeline.project.source import Unpivot
from migration_pipeline.raw.readers.read_table import ReadTable
from migration_pipeline.runtime.errors import BadInputError


def unpivot(table: ReadTable, spec: Unpivot, path: Path) -> ReadTable:
    """Turn each row into one row per listed column that has a value there; an empty cell is no record.

    Returns:
        the other columns, `spec.key`, `spec.value`, `_row` and `_cell` (the key), in the order of rows and then of `spec.columns`.

    Raises:
        BadInputError: a listed column is not in the file, two columns have one key, or key or value is the name of a column that stays.
    """
    frame, listed = table.frame, list(spec.columns)
    _check(frame, spec, path)
    rest = frame.drop(columns=listed)
    parts = [_part(rest, frame[column], key, spec) for column, key in spec.columns.items()]
    rows = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    return ReadTable(rows, table.ragged, table.options)


def _part(rest: pd.DataFrame, values: "pd.Series[str]", key: str, spec: Unpivot) -> pd.DataFrame:
    there = values.notna() & (values.str.strip() != "")
    keys = pd.Series(key, index=values[there].index, dtype="str")
    return rest[there].assign(**{spec.key: keys, spec.value: values[there], "_cell": keys})


def _check(frame: pd.DataFrame, spec: Unpivot, path: Path) -> None:
    if not spec.columns:
        raise BadInputError("unpivot names no column", where=str(path), fix="list the columns under unpivot: of the input")
    if missing := [column for column in spec.columns if column not in frame]:
        there = ", ".join(map(repr, frame.columns.drop("_row")))
        raise BadInputError(
            f"unpivot names column {', '.join(map(repr, missing))}, which the file does not have; it has {there}",
            where=str(path),
            fix="correct unpivot: of the input",
        )
    keys = list(spec.columns.values())
    if doubles := sorted({key for key in keys if keys.count(key) > 1}):
        raise BadInputError(
            f"unpivot gives several columns the key {', '.join(doubles)}", where=str(path), fix="correct unpivot: of the input"
        )
    if spec.key == spec.value or {spec.key, spec.value} & set(frame.columns.drop(list(spec.columns))):
        raise BadInputError("unpivot names a new column like one that stays", where=str(path), fix="rename key: or value: of unpivot")
