"""Finding the few units that an ERP refuses, so that all others are loaded, and what becomes of their source rows.

Belongs here: halving, the limit, the ledger of refused rows. Does not belong here: writing (`targets/`), quarantine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from migration_pipeline.contracts.cross_rules import key_text
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.loaded.fates import with_fate
from migration_pipeline.loaded.units import unit_names
from migration_pipeline.runtime.errors import DataError, RefusedError

REFUSED = "refused_by_target"
Attempt = Callable[[int, int], None]
"""Loads the units from the first number up to the second, or raises RefusedError having loaded none of them."""


@dataclass(frozen=True)
class RefusalLimit:
    """How many units a target may refuse of one store x dataset before its load stops: `units`, or `percent` of all, whichever is more."""

    units: int = 100
    percent: int = 1

    def of(self, units: int) -> int:
        """The greatest number that is tolerated among so many."""
        return max(self.units, units * self.percent // 100)


def load_but_refused(first: int, stop: int, attempt: Attempt, refused: dict[int, str], most: int) -> None:
    """Load a range of units; what is refused is halved until single units are left, which go into `refused` with the ERP's words.

    Raises:
        DataError: more than `most` units were refused; what was loaded before stays, and can be undone.
    """
    ranges = [(first, stop)]
    while ranges:
        one, other = ranges.pop()
        try:
            attempt(one, other)
        except RefusedError as error:
            if other - one > 1:
                middle = (one + other) // 2
                ranges += [(middle, other), (one, middle)]
                continue
            refused[one] = error.what
            if len(refused) > most:
                raise DataError(
                    f"the ERP refused more than {most} records, the last with: {error.what}",
                    where=error.where,
                    fix="correct what they have in common, or raise `refused` under `loading:`; what was loaded can be undone",
                ) from error


def with_refused(ledger: pd.DataFrame, dataset: str, taken: Mapping[str, pd.DataFrame], refused: Mapping[str, str]) -> pd.DataFrame:
    """The ledger with the source rows of refused units rejected, with the ERP's words as their detail.

    Args:
        ledger: outcomes of all source rows.
        dataset: whose rows.
        taken: ERP table -> the rows of the refused units.
        refused: name of the unit (ticket number, item code ...) -> what the ERP said.
    """
    records = {}
    for table in DATASETS[dataset].tables:
        if table.erp_table in taken:
            frame = taken[table.erp_table]
            said = unit_names(dataset, table.erp_table, frame).map(refused)
            records[table.name] = pd.DataFrame({"key": key_text(erp_table(table.erp_table), frame), "detail": said}).astype("str")
    return with_fate(ledger, DATASETS[dataset], records, REFUSED)
