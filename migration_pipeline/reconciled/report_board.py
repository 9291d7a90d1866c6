"""The status board: what may be said of every store x dataset, stage by stage, and of the whole.

Belongs here: states and what makes them. Does not belong here: figures (`report_figures.py`), how a state looks (templates).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from migration_pipeline.contracts.datasets import DATASETS, STAGES
from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.report_figures import ReportFigures, Row, records

_COUNTS = ("source_rows", "loaded", "merged", "excluded", "rejected", "undone", "breaks")
_MONEY = ("money_in", "money_out", "unexplained")
STATES = {
    "break": Text(en="does not reconcile", zh="有差异"),
    "failed": Text(en="stopped on its way", zh="中途停止"),
    "missing": Text(en="not read yet", zh="尚未读取"),
    "undone": Text(en="load taken back", zh="导入已撤销"),
    "rejects": Text(en="reconciled, some rows rejected", zh="已对平，有隔离行"),
    "clean": Text(en="reconciled", zh="已对平"),
}
"""What may be said of one store x dataset, worst first."""
STAGE_NAMES = {
    "raw": Text(en="read", zh="读取"),
    "cleaned": Text(en="cleaned", zh="清洗"),
    "mapped": Text(en="mapped", zh="映射"),
    "loaded": Text(en="loaded", zh="导入"),
    "reconciled": Text(en="reconciled", zh="对账"),
}
VERDICTS = {
    "stopped": Text(en="stopped", zh="停止"),
    "failed": Text(en="check failed", zh="检查未通过"),
    "warned": Text(en="passed with warnings", zh="通过，有警告"),
    "passed": Text(en="passed", zh="通过"),
    "none": Text(en="not reached", zh="未到达"),
}
"""What may be said of one stage, worst first."""
SIGNS = {"stopped": "■", "failed": "✗", "warned": "!", "passed": "✓", "none": "·"}
"""How a stage shows without colour."""


@dataclass(frozen=True)
class Cell:
    """One store x dataset.

    Attributes:
        figures: its row of the board, None if it was never reconciled.
        stages: stage -> its verdict, in order.
    """

    store: str
    dataset: str
    state: str
    figures: Row | None
    stages: Mapping[str, str]

    @property
    def summary(self) -> str:
        """All of it in one line, for a tooltip."""
        said = f"{self.store} · {self.dataset} {DATASETS[self.dataset].zh}: {STATES[self.state].en} {STATES[self.state].zh}"
        if self.figures is not None:
            figures = self.figures
            said += f"; {figures['source_rows']:,} rows 行, {figures['rejected']:,} rejected 隔离, {figures['breaks']:,} breaks 差异"
        path = ", ".join(f"{STAGE_NAMES[stage].en} {SIGNS[verdict]}" for stage, verdict in self.stages.items())
        return f"{said}; {path}"


@dataclass(frozen=True)
class StoreLine:
    """One store with a cell per dataset; None where it has no such dataset."""

    store: str
    name: Text
    cells: dict[str, Cell | None]
    waves: tuple[str, ...] = ()

    @property
    def present(self) -> list[Cell]:
        """Its cells, in load order."""
        return [cell for cell in self.cells.values() if cell is not None]

    @property
    def totals(self) -> Row:
        """Its datasets added up."""
        return sums([cell.figures for cell in self.present if cell.figures])

    @property
    def state(self) -> str:
        """The worst state of its datasets."""
        return min((cell.state for cell in self.present), key=list(STATES).index, default="missing")

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sorts the worst first."""
        totals = self.totals
        return list(STATES).index(self.state), -totals["breaks"], -totals["rejected"]


def store_lines(figures: ReportFigures) -> list[StoreLine]:
    """All stores of the project, and those that were read before it lost them, in its order."""
    board = {(row["store"], row["dataset"]): row for row in records(figures.board)}
    stopped = {(row["store"], row["dataset"]) for row in records(figures.unfinished)}
    names = {row["store"]: Text(en=row["name_en"], zh=row["name_zh"]) for row in records(figures.stores)}
    expected = {(row["store"], row["dataset"]) for row in records(figures.stores)} | board.keys() | stopped
    said = {(row["store"], row["dataset"], row["stage"]): row["verdict"] for row in records(figures.stages)}
    stopped |= {(store, dataset) for (store, dataset, _), verdict in said.items() if verdict == "stopped"} & expected
    cells: dict[str, dict[str, Cell | None]] = {
        store: dict.fromkeys(DATASETS) for store in dict.fromkeys([*names, *sorted(store for store, _ in expected)])
    }
    for at in expected:
        stages = {stage: said.get((*at, stage), "none") for stage in STAGES}
        cells[at[0]][at[1]] = Cell(*at, _state(board.get(at), stopped=at in stopped), board.get(at), stages)
    nameless = Text(en="", zh="")
    return [StoreLine(store, names.get(store, nameless), own, figures.waves.get(store, ())) for store, own in cells.items()]


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
