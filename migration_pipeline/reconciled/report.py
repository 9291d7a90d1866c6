"""The HTML report of a migration: figures in, one self-contained page out.

Belongs here: arranging figures for the page (`report.html.j2`). Does not belong here: reading them and writing the file
(`orchestration/report.py`), sums per store (`dbt_like_sql/models/`). Only counts, sums and codes get here, never a value of a source
row, so the page holds no personal data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined, Template

from migration_pipeline.contracts.break_classes import BREAK_REASONS
from migration_pipeline.contracts.correction_amounts import CORRECTION
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.reasons import REASONS, Outcome, Reason
from migration_pipeline.project.models import Text

Row = dict[Any, Any]
MATRIX_STORES = 40
"""Up to so many stores the board shows figures; above, one small square per store x dataset."""
TABLE_STORES = 12
"""Up to so many stores the figures stand in one table; above, every store folds."""
_COUNTS = ("source_rows", "loaded", "merged", "excluded", "rejected", "undone", "breaks")
_MONEY = ("money_in", "money_out", "unexplained")
_PLACES = {"rows": 0, "money": 2, "points": 2, "quantity": 3}
_DIFFERENCES = {
    reason.code: reason
    for reason in (
        Reason("unexplained", None, "No reason explains this difference", "没有原因可以解释的差异"),
        Reason(CORRECTION, None, "People corrected amounts, under corrections/", "人工更正的金额（corrections/）"),
        Reason("ledger_differs", None, "The rows accounted for are not the rows of the source", "已记账的行与来源不符"),
        Reason("rows_differ", None, "Rows of the ERP are missing, extra or not as they were sent", "ERP 中的行缺失、多余或与发送内容不同"),
        Reason(
            "group_differs",
            None,
            "A day, payment, item ... has another sum than in the source",
            "某日、支付方式、商品等分组的合计与来源不同",
        ),
        Reason("erp_changed_shape", None, "The ERP's tables are not what was loaded for", "ERP 的表结构与导入时的约定不同"),
    )
}
"""What reconciliation says besides the reason codes."""
STATES = {
    "break": Text(en="does not reconcile", zh="有差异"),
    "failed": Text(en="stopped on its way", zh="中途停止"),
    "missing": Text(en="not read yet", zh="尚未读取"),
    "undone": Text(en="load taken back", zh="导入已撤销"),
    "rejects": Text(en="reconciled, some rows rejected", zh="已对平，有隔离行"),
    "clean": Text(en="reconciled", zh="已对平"),
}
"""What may be said of one store x dataset, worst first."""


@dataclass(frozen=True)
class ReportFigures:
    """All the report shows. Frames hold int counts and Decimal sums; each may be empty.

    Attributes:
        rejected_limit: rejected rows that were accepted, over all stores.
        stores: store, name_en, name_zh, dataset: one row per store x dataset that the project has.
        board: view `status_board`.
        unfinished: view `unfinished`.
        reasons: view `outcomes_by_reason`.
        measurements: view `current_measurement`.
        findings: view `findings_by_rule`.
        breaks: view `current_break`.
        cleaning: store and dataset -> link to its cleaning report, relative to this page.
        imports: store -> link to its import report, relative to this page.
    """

    title: Text
    project: str
    company: str
    currency: str
    version: str
    written_at: datetime
    rejected_limit: int
    stores: pd.DataFrame
    board: pd.DataFrame
    unfinished: pd.DataFrame
    reasons: pd.DataFrame
    measurements: pd.DataFrame
    findings: pd.DataFrame
    breaks: pd.DataFrame
    cleaning: Mapping[tuple[str, str], str] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """One store x dataset; `figures` is its row of the board, None if it was never reconciled."""

    store: str
    dataset: str
    state: str
    figures: Row | None

    @property
    def summary(self) -> str:
        """All of it in one line, for a tooltip."""
        said = f"{self.store} · {self.dataset} {DATASETS[self.dataset].zh}: {STATES[self.state].en} {STATES[self.state].zh}"
        if self.figures is None:
            return said
        figures = self.figures
        return f"{said}; {figures['source_rows']:,} rows 行, {figures['rejected']:,} rejected 隔离, {figures['breaks']:,} breaks 差异"


@dataclass(frozen=True)
class StoreLine:
    """One store with a cell per dataset; None where it has no such dataset."""

    store: str
    name: Text
    cells: dict[str, Cell | None]

    @property
    def present(self) -> list[Cell]:
        """Its cells, in load order."""
        return [cell for cell in self.cells.values() if cell is not None]

    @property
    def rows(self) -> int:
        """Its source rows."""
        return sum(int(cell.figures["source_rows"]) for cell in self.present if cell.figures)

    @property
    def state(self) -> str:
        """The worst state of its datasets."""
        return min((cell.state for cell in self.present), key=list(STATES).index, default="missing")


@dataclass(frozen=True)
class Step:
    """One step of a bridge from source to ERP; `left` and `width` place its bar, in thousandths of the scale."""

    kind: str
    reason: str
    amount: Decimal
    left: int
    width: int


def render(figures: ReportFigures) -> str:
    """The report as one HTML page that needs no network, in English and Chinese."""
    lines = _store_lines(figures)
    cells = [cell for line in lines for cell in line.present]
    present = [name for name in DATASETS if any(cell.dataset == name for cell in cells)]
    board = {name: sums([c.figures for c in cells if c.dataset == name and c.figures]) for name in present}
    totals = sums(board.values())
    return _template().render(
        f=figures,
        states=STATES,
        dataset_zh={dataset.name: dataset.zh for dataset in DATASETS.values()},
        datasets=[DATASETS[name] for name in present],
        lines=lines,
        cells=cells,
        board=board,
        totals=totals,
        verdict=verdict(cells, totals),
        counted={state: sum(c.state == state for c in cells) for state in STATES},
        bridges={
            name: bridge(name, board[name], figures.reasons, _changed(name, figures.breaks))
            for name in present
            if DATASETS[name].money_table
        },
        control_totals=_control_totals(figures.measurements),
        ended=_ended(figures.reasons),
        findings=_grouped(figures.findings, ["rule", "reason", "action"], ["hits"]),
        quarantine=_quarantine(figures.reasons),
        open_breaks=_records(figures.breaks[figures.breaks["status"] == "open"]),
        explained=_grouped(figures.breaks[figures.breaks["status"] != "open"], ["dataset", "metric", "reason"], ["rows", "amount"]),
        many_cells=len(lines) > MATRIX_STORES,
        many_rows=len(lines) > TABLE_STORES,
    )


def verdict(cells: Sequence[Cell], totals: Row) -> str:
    """`balanced`, `not_balanced` (a difference, or something stopped) or `incomplete` (what was read balances, but not all was read)."""
    found = {cell.state for cell in cells}
    if found & {"break", "failed"} or totals["unexplained"] or totals["breaks"]:
        return "not_balanced"
    return "incomplete" if "missing" in found or not cells else "balanced"


def sums(rows: Iterable[Row]) -> Row:
    """Rows of the board added up; money exact."""
    rows = list(rows)
    counts = {name: sum(int(row[name]) for row in rows) for name in _COUNTS}
    return {**counts, **{name: sum((Decimal(row[name]) for row in rows), Decimal("0.00")) for name in _MONEY}}


def bridge(dataset: str, board: Row, reasons: pd.DataFrame, changed: Mapping[str, Decimal] | None = None) -> list[Step]:
    """From the money of the source to that of the ERP; the last step is what the reasons leave unexplained.

    Source and ERP are measured, the steps between come from the ledger, but for `changed` (reason -> untouched minus changed, by
    corrections and policies). So the rest is 0.00 only if separate figures agree.
    """
    own = reasons[(reasons["dataset"] == dataset) & (reasons["table_name"] == DATASETS[dataset].money_table)]
    steps = [("source", "", board["money_in"])]
    kinds = {CORRECTION: "corrected"}
    steps += [(kinds.get(reason, "policy"), reason, -amount) for reason, amount in (changed or {}).items() if amount]
    for outcome in (Outcome.EXCLUDED, Outcome.REJECTED, Outcome.UNDONE):
        gone = _grouped(own[own["outcome"] == outcome], ["reason"], ["money"])
        steps += [(str(outcome), row["reason"], -row["money"]) for row in sorted(gone, key=lambda r: -abs(r["money"])) if row["money"]]
    left = sum((amount for _, _, amount in steps), Decimal("0.00"))
    return _placed([*steps, ("erp", "", board["money_out"]), ("unexplained", "", left - board["money_out"])])


def _changed(dataset: str, breaks: pd.DataFrame) -> dict[str, Decimal]:
    """What corrections and policies changed in the dataset's money, over all stores, by reason: untouched minus changed."""
    about = f"{DATASETS[dataset].money_table}.money"
    own = breaks[(breaks["dataset"] == dataset) & (breaks["metric"] == about)]
    by_policy = {code for code, reason in REASONS.items() if reason.outcome is None}
    return {row["reason"]: row["amount"] for row in _grouped(own, ["reason"], ["amount"]) if row["reason"] in {CORRECTION, *by_policy}}


def _placed(steps: Sequence[tuple[str, str, Decimal]]) -> list[Step]:
    """A waterfall: every change hangs where the one before it ended; source, ERP and rest start at zero."""
    spans, at = [], Decimal(0)
    for kind, _, amount in steps:
        start = at if kind in {"excluded", "rejected", "undone", "corrected", "policy"} else Decimal(0)
        at = start + amount
        spans.append((min(start, at), max(start, at)))
    low, high = min(start for start, _ in spans), max(end for _, end in spans)  # both take in zero: the source starts there
    scale = (high - low) or Decimal(1)
    return [
        Step(kind, reason, amount, int((start - low) * 1000 / scale), int((end - start) * 1000 / scale))
        for (kind, reason, amount), (start, end) in zip(steps, spans, strict=True)
    ]


def _store_lines(figures: ReportFigures) -> list[StoreLine]:
    board = {(row["store"], row["dataset"]): row for row in _records(figures.board)}
    stopped = {(row["store"], row["dataset"]) for row in _records(figures.unfinished)}
    names = {row["store"]: Text(en=row["name_en"], zh=row["name_zh"]) for row in _records(figures.stores)}
    expected = {(row["store"], row["dataset"]) for row in _records(figures.stores)} | board.keys() | stopped
    known = dict.fromkeys([*names, *sorted(store for store, _ in expected)])
    return [StoreLine(store, names.get(store, Text(en="", zh="")), _cells(store, expected, board, stopped)) for store in known]


def _cells(
    store: str, expected: set[tuple[str, str]], board: dict[tuple[str, str], Row], stopped: set[tuple[str, str]]
) -> dict[str, Cell | None]:
    cells: dict[str, Cell | None] = {}
    for name in DATASETS:
        at = (store, name)
        cells[name] = Cell(*at, _state(board.get(at), stopped=at in stopped), board.get(at)) if at in expected else None
    return cells


def _state(row: Row | None, *, stopped: bool) -> str:
    if row is not None and (row["breaks"] or row["unexplained"]):
        return "break"
    if stopped:
        return "failed"
    if row is None:
        return "missing"
    if row["undone"] and not row["loaded"]:
        return "undone"
    return "rejects" if row["rejected"] else "clean"


def _control_totals(measurements: pd.DataFrame) -> list[Row]:
    """Rows, money, quantity and points per dataset and table: source, what reasons keep out, ERP, rest; in the order of the contracts."""
    figures = ["source", "explained", "target", "unexplained"]
    order = {(d.name, t.name): n for n, (d, t) in enumerate((d, t) for d in DATASETS.values() for t in d.tables)}
    wholes = measurements[measurements["rung"].isin(["counts", "control_totals"]) & (measurements["by_dimension"] == "")]
    named = wholes["metric"].astype("str").str.split(".", n=1, expand=True).reindex(columns=[0, 1])
    own = wholes.assign(grp=named[0], metric=named[1])
    own = own[own["metric"].isin(_PLACES)]
    found = [row for row in _grouped(own, ["dataset", "grp", "metric"], figures) if any(row[name] for name in figures)]
    return sorted(found, key=lambda r: (order.get((r["dataset"], r["grp"]), len(order)), list(_PLACES).index(r["metric"])))


def _ended(reasons: pd.DataFrame) -> list[tuple[str, str, list[Row]]]:
    """Per dataset and table where its rows ended, in the order of outcomes, most rows first."""
    found = _grouped(reasons, ["dataset", "table_name", "outcome", "reason"], ["rows", "money"])
    outcomes = [str(outcome) for outcome in Outcome]
    ranked = sorted(found, key=lambda row: (outcomes.index(row["outcome"]), -row["rows"], row["reason"]))
    tables = [(d.name, t.name) for d in DATASETS.values() for t in d.tables]
    parts = [(d, t, [row for row in ranked if (row["dataset"], row["table_name"]) == (d, t)]) for d, t in tables]
    return [part for part in parts if part[2]]


def _quarantine(reasons: pd.DataFrame) -> list[Row]:
    """Rejected rows by reason, most first: where, in how many stores, and their money as the bridge counts it (one table per dataset)."""
    rejected = reasons[reasons["outcome"] == Outcome.REJECTED]
    places = rejected["dataset"].astype("str") + "." + rejected["table_name"].astype("str")
    counts = places.isin([f"{d.name}.{d.money_table}" for d in DATASETS.values()])
    found = []
    for row in _grouped(rejected, ["reason"], ["rows"]):
        own = rejected["reason"] == row["reason"]
        money = sum(rejected.loc[own & counts, "money"], Decimal("0.00"))
        found.append(
            {
                **row,
                "money": money,
                "places": [_table_name(*place.split(".")) for place in sorted(set(places[own]))],
                "stores": int(rejected.loc[own, "store"].nunique()),
            }
        )
    return sorted(found, key=lambda row: (-row["rows"], row["reason"]))


def _table_name(dataset: str, table: str) -> str:
    return table if table == dataset else f"{dataset}.{table}"


def _grouped(frame: pd.DataFrame, by: list[str], add: list[str]) -> list[Row]:
    """Exact sums by some columns; object columns add up as the int and Decimal they hold."""
    if frame.empty:
        return []
    exact = frame[[*by, *add]].astype(dict.fromkeys(add, object))
    return _records(exact.groupby(by, sort=True)[add].sum().reset_index())


def _records(frame: pd.DataFrame) -> list[Row]:
    return frame.to_dict("records")


def exact(value: Decimal | int, places: int = 2) -> str:
    """Thousands separated, with at least so many decimals; further digits that are not zero are shown, never rounded away."""
    number = Decimal(value)
    exponent = number.normalize().as_tuple().exponent
    needed = -exponent if isinstance(exponent, int) else 0
    return f"{number + 0:,.{max(places, needed)}f}"


def _in_unit(value: Decimal | int, metric: str) -> str:
    """A figure of a metric (`rows`, `money` or `table.money` ...) with its number of decimals."""
    return exact(value, _PLACES.get(metric.rpartition(".")[2], 0))


def _words(code: str) -> Reason:
    """What a reason code means; an unknown one is shown as it is."""
    return REASONS.get(code) or _DIFFERENCES.get(code) or BREAK_REASONS.get(code) or Reason(code, None, code, code)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"exact": exact, "in_unit": _in_unit, "words": _words}
    text = resources.files("migration_pipeline.reconciled").joinpath("report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
