"""The long table of measurements: one row per rung, metric and group.

Belongs here: its columns and how a status follows from figures. Does not belong here: taking figures (`cells.py`, `compare.py` ...),
keeping them (`control/repository/measurements.py`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import pandas as pd
import pyarrow as pa

Status = Literal["equal", "explained", "within_tolerance", "break", "not_measurable"]
FIGURES = ("source", "target", "difference", "tolerance", "explained", "unexplained")
COLUMNS = ("rung", "metric", "by_dimension", "grp", *FIGURES, "status", "sample")
SAMPLES = 5
EXACT = pa.decimal128(38, 4)
ZERO = Decimal(0)
NO_VALUE, UNREAD, OTHERS = "-", "?", "*"
"""Groups: rows without a value, rows whose value the source's SQL cannot read, and groups that are only counted."""


@dataclass(frozen=True)
class Measured:
    """One comparison.

    Attributes:
        source, target: the figure of each side.
        explained: how much of source minus target reasons account for.
        tolerance: how much of the rest the project accepts.
        sample: at most five reasons, keys or notes.
        unmeasured: it could not be compared; `sample` says why.
        broken: it is a break whatever the figures say.
    """

    rung: str
    metric: str
    source: Decimal = ZERO
    target: Decimal = ZERO
    explained: Decimal = ZERO
    tolerance: Decimal = ZERO
    by_dimension: str = ""
    grp: str = ""
    sample: Sequence[object] = ()
    unmeasured: bool = False
    broken: bool = False

    @property
    def difference(self) -> Decimal:
        """Source minus target."""
        return self.source - self.target

    @property
    def unexplained(self) -> Decimal:
        """What no reason accounts for."""
        return self.difference - self.explained

    @property
    def status(self) -> Status:
        """What follows from the figures."""
        if self.unmeasured:
            return "not_measurable"
        if self.broken or abs(self.unexplained) > self.tolerance:
            return "break"
        if self.unexplained:
            return "within_tolerance"
        return "explained" if self.difference else "equal"


def frame_of(measured: Iterable[Measured]) -> pd.DataFrame:
    """Measurements as a frame: `COLUMNS`, figures decimal128(38, 4), all else text; the sample as JSON."""
    rows = list(measured)
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        values = [getattr(row, name) for row in rows]
        if name in FIGURES:
            columns[name] = pd.Series(pa.array(values, EXACT), dtype=pd.ArrowDtype(EXACT))
        else:
            texts = [json.dumps(list(v)[:SAMPLES], ensure_ascii=False) for v in values] if name == "sample" else values
            columns[name] = pd.Series(texts, dtype="str")
    return pd.DataFrame(columns)


def tolerance_of(metric: str, tolerance: Mapping[str, Decimal]) -> Decimal:
    """What the project accepts of one metric; nothing unless it says so."""
    return tolerance.get(metric, ZERO)
