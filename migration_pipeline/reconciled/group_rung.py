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
from migration_pipeline.contracts.measures import APART
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
    labelled,
    one_of_cells,
    source_cells,
)
from migration_pipeline.reconciled.compare_shared import Said
from migration_pipeline.reconciled.control_expressions import source_columns
from migration_pipeline.reconciled.erp_figures import ReadBack
from migration_pipeline.reconciled.groupings import GROUPINGS, Grouping
from migration_pipeline.reconciled.measurements import OTHERS, SAMPLES, ZERO, Measured, frame_of
from migration_pipeline.reconciled.moved import Evidence, Moving, explained_moves
from migration_pipeline.reconciled.source_rows import StoreSource
from migration_pipeline.runtime.sql_files import sql_text

Reasons = dict[tuple[str, str, str], dict[str, list[Decimal]]]
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


@dataclass(frozen=True)
class _Found:
    """What one grouping gave.

    Attributes:
        cells: labelled groups, whole and along single dimensions.
        reasons: (metric, dimensions, group) -> reason -> rows and amount.
    """

    cells: Sequence[pd.DataFrame] = ()
    measured: Sequence[Measured] = ()
    reasons: Reasons = field(default_factory=dict)


def group_rung(connection: duckdb.DuckDBPyConnection, taken: Collection[str], both: Compared) -> GroupRung:
    """Compare by every grouping of the dataset; `taken` are the tables whose rows the connection holds (`source_totals.take_all`).

    Raises:
        BadInputError: the catalogue does not have the columns it should.
    """
    manifest: Any = both.loaded.facts["files"]
    catalogues = both.around.catalogues() if both.dataset.name == "sales" and taken else ()
    books = open_books(connection, both.dataset, taken, both.at, both.loaded.outcomes, manifest, catalogues)
    found = [_grouped(both, books, grouping) for grouping in GROUPINGS[both.dataset.name]]
    measured = frame_of(one for part in found for one in part.measured)
    labels = [cells for part in found for cells in part.cells if len(cells)]
    if not labels:
        return GroupRung(measured, measured.iloc[:0][list(CELL_COLUMNS)])
    cells = judged(pd.concat(labels, ignore_index=True), both.tolerance)
    return GroupRung(pd.concat([measured, _shown(both, cells, found)], ignore_index=True), cells)


def _grouped(both: Compared, books: Books, grouping: Grouping) -> _Found:
    if grouping.table not in books.tables:
        return _Found(measured=[*_unmeasured(grouping, grouping.dimensions, "the source has no such table")])
    dimensions = [name for name in grouping.dimensions if books.catalogued or name != "category"]
    missing = [name for name in grouping.dimensions if name not in dimensions]
    unmeasured = [*_unmeasured(grouping, missing, "the store has no catalogue of products to look it up in")]
    unmeasured += _computed(both, grouping)
    grouping = _measurable(both, books, grouping)
    rows = books.grouped(grouping, dimensions)
    cells = _cells(both, books, grouping, dimensions, rows)
    singles = [[name] for name in dimensions] if len(dimensions) > 1 else []
    labels = [labelled(along(cells, one), grouping.table, one) for one in singles] + [labelled(cells, grouping.table, dimensions)]
    return _Found(labels, [*unmeasured, *_wholes(both, grouping, cells)], _reasons(books, rows, grouping, dimensions))


def _measurable(both: Compared, books: Books, grouping: Grouping) -> Grouping:
    """Without the money of tickets whose total the source does not give, and what the project computes."""
    table, computed = both.dataset.table(grouping.table), {one.metric for one in _computed(both, grouping)}
    measures = {name: column for name, column in grouping.measures.items() if name != "money" or table.money}
    measures = {name: column for name, column in measures.items() if f"{grouping.table}.{name}" not in computed}
    if grouping.table == "tickets" and books.derived:
        measures.pop("money", None)
    return Grouping(grouping.table, grouping.erp_table, grouping.by, measures, grouping.one_of, grouping.kept)


def _computed(both: Compared, grouping: Grouping) -> list[Measured]:
    """Of what is summed on its own: what the project computes from other columns, so that the source's SQL cannot follow."""
    spec = both.at.source.datasets[both.dataset.name].get(grouping.table)
    names = [name for name in APART.get(grouping.table, ()) if spec and set(source_columns(spec, name)) & spec.computed.keys()]
    why = "the project computes it from other columns"
    return [Measured("control_totals", f"{grouping.table}.{name}", sample=(why,), unmeasured=True) for name in names]


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


def _shown(both: Compared, cells: pd.DataFrame, found: Sequence[_Found]) -> pd.DataFrame:
    """What the control database keeps: groups along kept dimensions, of others what differs without a reason, the first by name."""
    names = {(g.table, name) for g in GROUPINGS[both.dataset.name] for name in g.kept}
    tables = cells["metric"].str.split(".").str[0]
    pairs = pd.MultiIndex.from_arrays([tables, cells["by_dimension"]])
    kept = pd.Series(pairs.isin(list(names)), index=cells.index, dtype=bool)
    differing = cells[~kept & (cells["status"] == "break")]
    nth = differing.groupby(["metric", "by_dimension"]).cumcount()
    shown = pd.concat([cells[kept], differing[nth < _MOST_CELLS]]).sort_index()
    reasons = {key: sums for part in found for key, sums in part.reasons.items()}
    rows = shown.assign(rung="control_totals", sample=_samples(shown, reasons)).astype({"rung": "str", "sample": "str"})
    return pd.concat([rows, frame_of(_rest(differing[nth >= _MOST_CELLS]))], ignore_index=True)


def _rest(differing: pd.DataFrame) -> Iterator[Measured]:
    """How many more groups differ, per metric."""
    for (metric, by), part in differing.groupby(["metric", "by_dimension"]):
        source, target, explained = (sum(part[name], ZERO) for name in ("source", "target", "explained"))
        note = (f"{len(part)} more groups",)
        yield Measured("control_totals", str(metric), source, target, explained, ZERO, str(by), OTHERS, note, broken=True)


def _reasons(books: Books, rows: str, grouping: Grouping, dimensions: Sequence[str]) -> Reasons:
    """Why rows of the kept dimensions' groups are not in the ERP."""
    figures = ["count(*) AS rows_gone", *(f"sum({name}) AS {name}_gone" for name in grouping.measures if name != "rows")]
    found: Reasons = {}
    if not grouping.kept:
        return found
    query = sql_text("control_totals/reasons.sql").format(
        groups=", ".join(f"g_{name}" for name in dimensions), figures=", ".join(figures), rows=rows
    )
    table: pa.Table = books.connection.sql(query).to_arrow_table()
    for row in table.to_pylist():
        for dimension in (name for name in dimensions if name in grouping.kept):
            for measure in grouping.measures:
                place = (f"{grouping.table}.{measure}", dimension, row[f"g_{dimension}"])
                sums = found.setdefault(place, {}).setdefault(row["reason"], [ZERO, ZERO])
                sums[0] += row["rows_gone"]
                sums[1] += Decimal(row[f"{measure}_gone"] or 0)
    return found


def _samples(shown: pd.DataFrame, reasons: Reasons) -> list[str]:
    """Per group, as JSON, its reasons with the largest amounts; of what could not be read why."""
    places = zip(shown["metric"], shown["by_dimension"], shown["grp"], strict=True)
    pairs = zip(places, shown["status"], strict=True)
    return [json.dumps(_sample(reasons.get(place, {}), status), ensure_ascii=False) for place, status in pairs]


def _sample(reasons: Mapping[str, Sequence[Decimal]], status: str) -> list[object]:
    if status == "not_measurable":
        return [_UNREAD]
    ranked = sorted(((name, sums[0], sums[1]) for name, sums in reasons.items() if sums[1]), key=lambda one: -abs(one[2]))
    return [{"reason": name, "rows": int(rows), "amount": f"{amount.normalize():f}"} for name, rows, amount in ranked[:SAMPLES]]


def _unmeasured(grouping: Grouping, dimensions: Sequence[str], why: str) -> Iterator[Measured]:
    for dimension in dimensions:
        for measure in grouping.measures:
            yield Measured("control_totals", f"{grouping.table}.{measure}", by_dimension=dimension, sample=(why,), unmeasured=True)
