"""How many rows a batch has: as many as the target takes in the time it is given.

Belongs here: sizes from answer times. Does not belong here: cutting frames (`units.py`), waiting (`throttle.py`).
"""

from dataclasses import dataclass
from decimal import Decimal

_INSTANT = Decimal("0.001")
_GROWTH = 4
"""A batch is at most so many times as large as the one before: one quick answer proves little."""


@dataclass(frozen=True)
class Pace:
    """Sizes of batches.

    Attributes:
        target_seconds: how long the target may take for one batch.
        first_rows: rows of the first batch, in its longest table.
        least_rows, most_rows: bounds of all others.
    """

    target_seconds: Decimal = Decimal(10)
    first_rows: int = 50_000
    least_rows: int = 500
    most_rows: int = 500_000

    def bounded(self, rows: int | None) -> "Pace":
        """The same with at most so many rows in any batch; None: as it is."""
        if rows is None:
            return self
        return Pace(self.target_seconds, min(self.first_rows, rows), min(self.least_rows, rows), rows)

    def next_rows(self, rows: int, seconds: float) -> int:
        """Rows of the next batch, after one of `rows` rows took `seconds`."""
        fitting = int(rows * self.target_seconds / max(Decimal(seconds), _INSTANT))
        return max(self.least_rows, min(self.most_rows, rows * _GROWTH, fitting))
