"""What was planted in a chain against what was found in it: per kind of defect planted, caught, and wrongly caught.

Belongs here: comparing. Does not belong here: running the stores (`chain_run.py`), printing (`defect_table.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from migration_pipeline.simulation.chain_plants import SAME_TICKET
from migration_pipeline.simulation.defect_chain import plantable
from migration_pipeline.simulation.defect_kinds import DEFECTS
from migration_pipeline.simulation.truth import ChainTruth
from migration_pipeline_tests.benchmarks.chain_run import ROW, Found

Event = tuple[str, str, str, str]
NOBODY = "(no kind)"
_FOLDED = "duplicate_key"
"""Changes of the row that stays, when another one is folded into it: what the folded row was planted for."""


@dataclass
class Tally:
    """Per kind what was planted and caught; (reason, store, table, row) of what nobody planted, and of what nobody caught."""

    planted: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    wrong: list[Event] = field(default_factory=list)
    missed: list[Event] = field(default_factory=list)

    def lines(self) -> Iterator[dict[str, object]]:
        """One line per kind, and one for what fits no kind."""
        by_reason = Counter(reason for reason, *_ in self.wrong)
        for defect in plantable():
            wrong = by_reason.pop(defect.reason, 0) if defect.reason else 0
            yield _line(defect.kind, defect.reason, self.planted[defect.kind], self.caught[defect.kind], wrong)
        if by_reason:
            yield _line(NOBODY, ", ".join(by_reason), 0, 0, by_reason.total())


def _line(kind: str, reason: str, planted: int, caught: int, wrong: int) -> dict[str, object]:
    return {"kind": kind, "reason": reason, "planted": planted, "caught": caught, "wrongly caught": wrong}


def tally(truth: ChainTruth, before: Iterable[Found], after: Iterable[Found]) -> Tally:
    """Compare the run of the chain with defects (`after`) with its truth, and with the run of the same chain without any (`before`)."""
    outcomes, plants = truth.outcomes.to_pandas(), truth.plants.to_pandas().rename(columns={"finds": "reason"})
    result = Tally()
    for clean, found in zip(before, after, strict=True):
        here = plants[plants["store"] == found.store]
        expected = outcomes.loc[outcomes["store"] == found.store, ROW]
        _compare(result, found, _new_changes(clean, found), expected, here)
    return result


def _new_changes(clean: Found, found: Found) -> pd.DataFrame:
    """Changes that the clean chain does not have; in added rows, only those of a sort that its table never has (no padding)."""
    new = _minus(found.changes, clean.changes)
    added = ~_isin(new, clean.outcomes, ROW[:3])
    usual = added & _isin(new, clean.changes, ["dataset", "table", "reason"])
    return new[~usual & (new["reason"] != _FOLDED)].drop_duplicates()


def _compare(result: Tally, found: Found, changes: pd.DataFrame, expected: pd.DataFrame, plants: pd.DataFrame) -> None:
    """One store; what is planted without a reason must end where it would without the defect."""
    due = plants[ROW[:3]].merge(expected, on=ROW[:3], how="left", validate="m:1")["reason"].set_axis(plants.index)
    rest, plants = plants[plants["kind"].str.endswith(SAME_TICKET)], plants[~plants["kind"].str.endswith(SAME_TICKET)]
    wanted = plants.assign(reason=plants["reason"].mask(plants["reason"] == "", due))
    right = found.outcomes[_isin(found.outcomes, expected, ROW)]
    by_row, by_count = found.flags[found.flags["row_id"] != ""], found.flags[found.flags["row_id"] == ""]
    late = _minus(wanted, pd.concat([right, changes, by_row]))
    missed, too_many = _counted(late, by_count)
    result.planted.update(plants["kind"])
    result.caught.update(wanted.loc[~wanted.index.isin(missed.index), "kind"])
    result.missed.extend(_events(missed, found.store))
    wrong = pd.concat(
        [_minus(found.outcomes, expected), _minus(pd.concat([changes, by_row]), _with_followers(pd.concat([wanted, rest]))), too_many]
    )
    result.wrong.extend(_events(wrong, found.store))


def _with_followers(plants: pd.DataFrame) -> pd.DataFrame:
    """Also the other reasons that the kind is known to bring to the same row or ticket."""
    also = [
        {**row, "reason": reason} for row in plants.to_dict("records") for reason in DEFECTS[row["kind"].removesuffix(SAME_TICKET)].also
    ]
    return pd.concat([plants, pd.DataFrame(also, columns=plants.columns, dtype="str")])


def _isin(rows: pd.DataFrame, others: pd.DataFrame, columns: list[str]) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    return pd.MultiIndex.from_frame(rows[columns]).isin(pd.MultiIndex.from_frame(others[columns]))


def _minus(rows: pd.DataFrame, others: pd.DataFrame, columns: list[str] = ROW) -> pd.DataFrame:
    return rows[~_isin(rows, others, columns)]


def _counted(wanted: pd.DataFrame, flags: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """For findings that give a number only: plants of that table and reason beyond the number, and hits beyond the plants."""
    place = ["dataset", "table", "reason"]
    plant, hit = (rows.assign(turn=rows.groupby(place).cumcount()) for rows in (wanted, flags))
    turns = [*place, "turn"]
    return _minus(plant, hit, turns), _minus(hit, plant, turns)


def _events(rows: pd.DataFrame, store: str) -> list[Event]:
    return [(row["reason"], store, row["table"], row["row_id"]) for row in rows.to_dict("records")]
