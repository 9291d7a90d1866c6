"""Groups of the source against groups of the ERP: exact sums, what reasons explain, what is left.

Belongs here: putting both sides beside each other and adding groups up along single dimensions. Does not belong here: taking either side
(`book.py`, `loaded/targets/`), explaining rows that stand in another group (`moved.py`).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.correction_amounts import CorrectionAmount
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.texts import joined_texts
from migration_pipeline.reconciled.groupings import Grouping
from migration_pipeline.reconciled.measurements import EXACT, FIGURES, NO_VALUE, UNREAD
from migration_pipeline.runtime.sql_files import sql_text

_WORK = pa.decimal128(36, 4)
"""Leaves room for one more digit, which every addition takes."""
_DTYPE = pd.ArrowDtype(_WORK)
SIDES = ("source", "target", "explained", "ended")
CELL_COLUMNS = ("metric", "by_dimension", "grp", *FIGURES, "status")


def erp_cells(grouping: Grouping, dimensions: Sequence[str], found: pd.DataFrame) -> pd.DataFrame:
    """The ERP's groups: dimensions as text (`-` where there is no value) and `<measure>_target`, decimal128(38, 4)."""
    columns: dict[str, Any] = {f"g_{name}": found[grouping.by[name]].fillna(NO_VALUE).astype("str") for name in dimensions}
    for measure, column in grouping.measures.items():
        columns[f"{measure}_target"] = _exact(found[column])
    return pd.DataFrame(columns)


def source_cells(connection: duckdb.DuckDBPyConnection, rows: str, grouping: Grouping, dimensions: Sequence[str]) -> pd.DataFrame:
    """The source's groups: dimensions as text, and per measure its sum, what of it ended before the ERP, by how much the ledger differs."""
    groups = ", ".join(f"g_{name}" for name in dimensions)
    figures = [sql for measure in grouping.measures for sql in _figures(measure)]
    query = sql_text("control_totals/source_cells.sql").format(groups=groups, figures=", ".join(figures), rows=rows)
    return _frame(connection.sql(query).to_arrow_table())


def one_of_cells(
    connection: duckdb.DuckDBPyConnection, rows: str, grouping: Grouping, dimensions: Sequence[str], erp: pd.DataFrame
) -> pd.DataFrame:
    """The same where the ERP holds the values of one of several rows: the rest of a group is explained if a row says that value."""
    connection.register("erp_cells", pa.Table.from_pandas(erp, preserve_index=False))
    groups = ", ".join(f"g_{name}" for name in dimensions)
    figures = []
    for measure in grouping.measures:
        said = f"list_contains(list({measure}) FILTER (WHERE NOT gone), first({measure}_target))"
        rest = f"coalesce(sum({measure}) FILTER (WHERE NOT gone), 0) - coalesce(first({measure}_target), 0)"
        gone = f"coalesce(sum({measure}) FILTER (WHERE gone), 0)"
        figures += [f"sum({measure}) AS {measure}_source", f"{gone} + CASE WHEN {said} THEN {rest} ELSE 0 END AS {measure}_gone"]
        figures.append(f"0 AS {measure}_changed")
    query = sql_text("control_totals/one_of.sql").format(groups=groups, figures=", ".join(figures), rows=rows)
    return _frame(connection.sql(query).to_arrow_table())


def _figures(measure: str) -> list[str]:
    amount = "1" if measure == "rows" else measure
    away = "outcome <> 'loaded'" if measure == "rows" else "gone"
    changed = f"coalesce(sum({measure} - ledger_{measure}) FILTER (WHERE NOT gone), 0)" if measure in MEASURES else "0"
    return [
        f"sum({amount}) AS {measure}_source",
        f"coalesce(sum({amount}) FILTER (WHERE {away}), 0) AS {measure}_gone",
        f"{changed} AS {measure}_changed",
        *([f"count(*) FILTER (WHERE {measure} <> ledger_{measure}) AS {measure}_rows_changed"] if measure in MEASURES else []),
        *([f"coalesce(sum({measure} - ledger_{measure}), 0) AS {measure}_all_changed"] if measure in MEASURES else []),
    ]


def accepted_changes(source: pd.DataFrame, grouping: Grouping, corrections: Sequence[CorrectionAmount]) -> dict[str, bool]:
    """Measure -> whether what the ledger changed is what corrections, policies and packs say they changed, and in no more rows."""
    accepted = dict.fromkeys(grouping.measures, False)
    for measure in MEASURES.keys() & grouping.measures.keys():
        declared = [one for one in corrections if (one.table, one.metric) == (grouping.table, measure)]
        rows, amount = source[f"{measure}_rows_changed"].sum(), source[f"{measure}_all_changed"].sum()
        accepted[measure] = rows <= sum(one.rows for one in declared) and amount == sum((one.amount for one in declared), Decimal(0))
    return accepted


def compared(
    grouping: Grouping, dimensions: Sequence[str], source: pd.DataFrame, erp: pd.DataFrame, accepted: Mapping[str, bool]
) -> pd.DataFrame:
    """Both sides as one long frame: measure, g_<dimension> ..., source, target, explained, ended (exact decimals).

    `ended` is what is explained by rows that ended before the ERP, or that were changed on their way, whatever moves add to `explained`.
    """
    keys = [f"g_{name}" for name in dimensions]
    both = source.merge(erp, on=keys, how="outer", validate="1:1")
    parts = []
    for measure in grouping.measures:
        explained = _filled(both[f"{measure}_gone"])
        if accepted.get(measure):
            explained = _exact(explained + _filled(both[f"{measure}_changed"]))
        sides = {"source": _filled(both[f"{measure}_source"]), "target": _filled(both[f"{measure}_target"]), "explained": explained}
        sides["ended"] = explained
        parts.append(both[keys].assign(measure=measure, **sides))
    return pd.concat(parts, ignore_index=True).astype({"measure": "str"})


def along(cells: pd.DataFrame, dimensions: Sequence[str]) -> pd.DataFrame:
    """The cells added up along some of their dimensions."""
    keys = ["measure", *(f"g_{name}" for name in dimensions)]
    sums = cells.groupby(keys, sort=True)[list(SIDES)].sum().reset_index()
    return sums.astype(dict.fromkeys(SIDES, _DTYPE))


def labelled(cells: pd.DataFrame, table: str, dimensions: Sequence[str]) -> pd.DataFrame:
    """The cells by name: metric, by_dimension, grp (text), whether the group could not be read, and the sides."""
    parts = [cells[f"g_{name}"] for name in dimensions]
    group = joined_texts(parts, "|") if len(parts) > 1 else parts[0]
    unread = np.logical_or.reduce([(part == UNREAD).to_numpy() for part in parts])
    names = {"metric": table + "." + cells["measure"], "by_dimension": ",".join(dimensions), "grp": group, "unread": unread}
    return pd.DataFrame({**names, **{side: cells[side] for side in SIDES}}).astype({"by_dimension": "str"})


def judged(cells: pd.DataFrame, tolerance: Mapping[str, Decimal]) -> pd.DataFrame:
    """Labelled cells as measurements: `CELL_COLUMNS`. What could not be read is not measurable, unless nothing of it is in the ERP."""
    difference = _exact(cells["source"] - cells["target"])
    left = _exact(difference - cells["explained"])
    allowed = cells["metric"].map({name: tolerance.get(name, Decimal(0)) for name in cells["metric"].unique()})
    within = pd.Series(pa.array(allowed, _WORK), index=cells.index, dtype=_DTYPE)
    unread = cells["unread"].to_numpy(dtype=bool) & (difference != cells["ended"]).to_numpy(dtype=bool)
    status = np.select(
        [unread, (left.abs() > within).to_numpy(dtype=bool), (left != 0).to_numpy(dtype=bool), (difference != 0).to_numpy(dtype=bool)],
        ["not_measurable", "break", "within_tolerance", "explained"],
        "equal",
    )
    texts = {name: cells[name] for name in ("metric", "by_dimension", "grp")} | {
        "status": pd.Series(status, index=cells.index, dtype="str")
    }
    figures = {"source": cells["source"], "target": cells["target"], "difference": difference, "tolerance": within}
    figures |= {"explained": cells["explained"], "unexplained": left}
    exact = {name: values.astype(pd.ArrowDtype(EXACT)) for name, values in figures.items()}
    return pd.DataFrame(texts | exact)[list(CELL_COLUMNS)].reset_index(drop=True)


def _exact(values: "pd.Series[Any]") -> "pd.Series[Any]":
    return values.astype(_DTYPE)


def _filled(values: "pd.Series[Any]") -> "pd.Series[Any]":
    return _exact(values.fillna(0))


def _frame(table: pa.Table) -> pd.DataFrame:
    """Groups as text, figures as decimal128(38, 4)."""
    columns: dict[str, Any] = {}
    for name in table.column_names:
        array = table[name].combine_chunks()
        is_group = name.startswith("g_") or name == "reason"
        columns[name] = pd.Series(array, dtype="str") if is_group else pd.Series(array.cast(_WORK), dtype=_DTYPE)
    return pd.DataFrame(columns)
