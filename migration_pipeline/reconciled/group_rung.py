"""Control totals by group: days, payment methods, tax rates, categories, items, warehouses, suppliers, tiers.

Belongs here: taking both sides of every grouping of a dataset and deciding what the control database keeps. Does not belong here: the
groupings (`groupings.py`), either side (`book.py`, `loaded/targets/`), single steps of the comparison (`cells.py`, `moved.py`).
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.correction_amounts import CorrectionAmount
from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.stage_output import StageOutput, empty_changes
from migration_pipeline.reconciled.book import Books, open_books
from migration_pipeline.reconciled.cells import (
    CELL_COLUMNS,
    SIDES,
    accepted_changes,
    along,
    compared,
    erp_cells,
    judged,
    one_of_cells,
    source_cells,
)
from migration_pipeline.reconciled.compare_shared import Said
from migration_pipeline.reconciled.erp_figures import ReadBack
from migration_pipeline.reconciled.groupings import GROUPINGS, Grouping
from migration_pipeline.reconciled.measurements import OTHERS, SAMPLES, ZERO, Measured, frame_of
from migration_pipeline.reconciled.moved import Evidence, Moving, explained_moves
from migration_pipeline.reconciled.source_rows import StoreSource
from migration_pipeline.runtime.sql_files import sql_text

_MOST_CELLS = 20
"""So many groups that differ without a reason are named one by one."""
_UNREAD = "text of the source that its SQL does not read as a date, rate or code, or that names nothing its catalogue knows"


@dataclass(frozen=True)
class Surroundings:
    """What groups need besides the dataset itself.

    Attributes:
        catalogues: whose products the store's sale lines name, the store's own first.
        changes: dataset -> what cleaning changed in the store's rows.
    """

    catalogues: Callable[[], Sequence[StoreSource]] = tuple
    changes: Callable[[str], pd.DataFrame] = field(default=lambda _: empty_changes())


@dataclass(frozen=True)
class GroupRung:
    """What came of it.

    Attributes:
        measured: what the control database keeps (`measurements.COLUMNS`).
        cells: every group (`cells.CELL_COLUMNS`), for the lake.
    """

    measured: pd.DataFrame
    cells: pd.DataFrame


@dataclass(frozen=True)
class Compared:
    """The two sides of one store x dataset."""

    dataset: Dataset
    at: StoreSource
    loaded: StageOutput
    target: ReadBack
    said: Said
    corrections: Sequence[CorrectionAmount]
    tolerance: Mapping[str, Decimal]
    around: Surroundings


def group_rung(connection: duckdb.DuckDBPyConnection, taken: Collection[str], both: Compared) -> GroupRung:
    """Compare by every grouping of the dataset; `taken` are the tables whose rows the connection holds (`source_totals.take_all`).

    Raises:
        BadInputError: the catalogue does not have the columns it should.
    """
    manifest: Any = both.loaded.facts["files"]
    catalogues = both.around.catalogues() if both.dataset.name == "sales" and taken else ()
    books = open_books(connection, both.dataset, taken, both.at, both.loaded.outcomes, manifest, catalogues)
    parts = [part for grouping in GROUPINGS[both.dataset.name] for part in _grouped(both, books, grouping)]
    measured = [part.measured for part in parts if len(part.measured)]
    cells = [part.cells for part in parts if len(part.cells)]
    return GroupRung(
        pd.concat(measured, ignore_index=True) if measured else frame_of([]),
        pd.concat(cells, ignore_index=True) if cells else _no_cells(),
    )


def _no_cells() -> pd.DataFrame:
    return frame_of([])[list(CELL_COLUMNS)]


def _grouped(both: Compared, books: Books, grouping: Grouping) -> Iterator[GroupRung]:
    if grouping.table not in books.tables:
        yield GroupRung(frame_of(_unmeasured(grouping, grouping.dimensions, "the source has no such table")), _no_cells())
        return
    dimensions = [name for name in grouping.dimensions if books.catalogued or name != "category"]
    if missing := [name for name in grouping.dimensions if name not in dimensions]:
        yield GroupRung(frame_of(_unmeasured(grouping, missing, "the store has no catalogue of products to look it up in")), _no_cells())
    grouping = _measurable(both, books, grouping)
    rows = books.grouped(grouping, dimensions)
    cells = _cells(both, books, grouping, dimensions, rows)
    yield GroupRung(frame_of(_wholes(both, grouping, cells)), _no_cells())
    reasons = _reasons(books, rows, grouping, dimensions) if grouping.kept else pd.DataFrame()
    for one in [[name] for name in dimensions] if len(dimensions) > 1 else []:
        yield _told(both, grouping, one, along(cells, one), reasons)
    yield _told(both, grouping, dimensions, cells, reasons)


def _measurable(both: Compared, books: Books, grouping: Grouping) -> Grouping:
    """Without the money of tickets whose total the source does not give."""
    table = both.dataset.table(grouping.table)
    measures = {name: column for name, column in grouping.measures.items() if name != "money" or table.money}
    if grouping.table == "tickets" and books.derived:
        measures.pop("money", None)
    return Grouping(grouping.table, grouping.erp_table, grouping.by, measures, grouping.one_of, grouping.kept)


def _cells(both: Compared, books: Books, grouping: Grouping, dimensions: Sequence[str], rows: str) -> pd.DataFrame:
    store = both.at.store.id
    erp = erp_cells(grouping, dimensions, both.target.grouped_totals(grouping.erp_table, store, [grouping.by[name] for name in dimensions]))
    accepted: dict[str, bool] = {}
    if grouping.one_of:
        source = one_of_cells(books.connection, rows, grouping, dimensions, erp)
    else:
        source = source_cells(books.connection, rows, grouping, dimensions)
        accepted = accepted_changes(source, grouping, both.corrections)
    cells = compared(grouping, dimensions, source, erp, accepted)
    if (cells["source"] - cells["target"] - cells["explained"] == 0).all():
        return cells
    moving = Moving(books, rows, both.dataset.name, grouping, dimensions, accepted)
    moves = explained_moves(moving, both.target, store, Evidence(both.around.changes, both.said))
    if moves.empty:
        return cells
    keys = ["measure", *(f"g_{name}" for name in dimensions)]
    together = pd.concat([cells, moves], ignore_index=True)
    figures = list(SIDES)
    together = together.assign(**{name: together[name].fillna(0) for name in figures})
    return together.groupby(keys)[figures].sum().reset_index().astype({name: cells[name].dtype for name in figures})


def _wholes(both: Compared, grouping: Grouping, cells: pd.DataFrame) -> Iterator[Measured]:
    """Whole totals of what nothing else measures: parts of balances, prices, tickets that stand only for their lines."""
    sums = cells.groupby("measure")[["source", "target", "explained"]].sum()
    table = both.dataset.table(grouping.table)
    for measure in sums.index:
        if getattr(table, measure, None) is None and measure != "rows":
            metric = f"{grouping.table}.{measure}"
            source, target, explained = (Decimal(sums.loc[measure, name]) for name in ("source", "target", "explained"))
            yield Measured("control_totals", metric, source, target, explained, both.tolerance.get(metric, ZERO))


def _told(both: Compared, grouping: Grouping, dimensions: Sequence[str], cells: pd.DataFrame, reasons: pd.DataFrame) -> GroupRung:
    """All groups for the lake; for the control database those along one of its dimensions, of others what differs without a reason."""
    found = judged(cells, grouping.table, dimensions, both.tolerance)
    differing = found[found["status"] == "break"]
    kept = len(dimensions) == 1 and dimensions[0] in grouping.kept
    shown = found if kept else differing.iloc[:_MOST_CELLS]
    rows = frame_of([]) if shown.empty else shown.assign(rung="control_totals", sample=_samples(shown, grouping, dimensions, reasons))
    rest = [] if kept else list(_rest(differing.iloc[_MOST_CELLS:], dimensions))
    return GroupRung(pd.concat([rows, frame_of(rest)], ignore_index=True) if rest else rows, found)


def _rest(differing: pd.DataFrame, dimensions: Sequence[str]) -> Iterator[Measured]:
    """How many more groups differ, per metric."""
    for metric, part in differing.groupby("metric"):
        source, target, explained = (sum(part[name], ZERO) for name in ("source", "target", "explained"))
        note = (f"{len(part)} more groups",)
        by = ",".join(dimensions)
        yield Measured("control_totals", str(metric), source, target, explained, ZERO, by, OTHERS, note, broken=True)


def _reasons(books: Books, rows: str, grouping: Grouping, dimensions: Sequence[str]) -> pd.DataFrame:
    """Per group and reason: rows and amounts that are not in the ERP."""
    figures = ["count(*) AS rows_gone", *(f"sum({name}) AS {name}_gone" for name in grouping.measures if name != "rows")]
    query = sql_text("control_totals/reasons.sql").format(
        groups=", ".join(f"g_{name}" for name in dimensions), figures=", ".join(figures), rows=rows
    )
    return _plain(books.connection.sql(query).to_arrow_table())


def _plain(table: pa.Table) -> pd.DataFrame:
    return pd.DataFrame({name: table[name].to_pylist() for name in table.column_names}, columns=table.column_names, dtype=object)


def _samples(shown: pd.DataFrame, grouping: Grouping, dimensions: Sequence[str], reasons: pd.DataFrame) -> list[str]:
    """Per group, as JSON, its reasons with the largest amounts; of what could not be read why."""
    by_group: dict[tuple[str, str], dict[str, list[Decimal]]] = {}
    names = [f"g_{name}" for name in dimensions]
    for row in reasons.to_dict("records"):
        group = "|".join(row[name] for name in names)
        for measure in grouping.measures:
            sums = by_group.setdefault((f"{grouping.table}.{measure}", group), {}).setdefault(row["reason"], [ZERO, ZERO])
            sums[0] += row["rows_gone"]
            sums[1] += Decimal(row[f"{measure}_gone"] or 0)
    groups = zip(shown["metric"], shown["grp"], shown["status"], strict=True)
    return [json.dumps(_sample(by_group.get((metric, group), {}), status)) for metric, group, status in groups]


def _sample(reasons: Mapping[str, Sequence[Decimal]], status: str) -> list[object]:
    if status == "not_measurable":
        return [_UNREAD]
    ranked = sorted(((name, sums[0], sums[1]) for name, sums in reasons.items() if sums[1]), key=lambda one: -abs(one[2]))
    return [{"reason": name, "rows": int(rows), "amount": f"{amount.normalize():f}"} for name, rows, amount in ranked[:SAMPLES]]


def _unmeasured(grouping: Grouping, dimensions: Sequence[str], why: str) -> Iterator[Measured]:
    for dimension in dimensions:
        for measure in grouping.measures:
            yield Measured("control_totals", f"{grouping.table}.{measure}", by_dimension=dimension, sample=(why,), unmeasured=True)
