"""Drift: what changed between one reconciliation and the one before.

Belongs here: events of breaks as a frame and in words. Does not belong here: which events there are (`control/break_states.py`).
"""

from collections.abc import Sequence

import pandas as pd

from migration_pipeline.control.models_breaks import BreakCase, BreakEvent

COLUMNS = ("store", "dataset", "metric", "grp", "break_class", "change", "rows_from", "rows_to", "from", "to", "break")


def drift_frame(events: Sequence[tuple[BreakCase, BreakEvent]]) -> pd.DataFrame:
    """One row per change (`COLUMNS`): new, gone, moved, returned or reopened; amounts as exact text."""
    rows = [
        (
            *(case.store, case.dataset, case.metric, case.grp, case.break_class, event.kind),
            *(event.rows_before, event.rows_after, amount_text(event.amount_before), amount_text(event.amount_after), case.id),
        )
        for case, event in events
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def amount_text(amount: object) -> str:
    """An exact amount without trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
