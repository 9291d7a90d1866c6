"""A cleaned store made by hand, for tests of the cleaning report's three forms.

Belongs here: figures. Does not belong here: assertions.
"""

from datetime import UTC, datetime

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.cleaning_report import WAITING, CleaningFigures, CleaningReport, arranged
from migration_pipeline.reconciled.reconcile import conserved
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, raw

PERSONS = ("Person A", "Person B", "13912345678", "139-1234-5678", "Hidden Road", "1990-02-03")
MEMBERS: dict[str, list[str | None]] = {
    "member_code": ["='1'+1 ", "M2", "M3", "M3", "8.52E+11"],
    "name": ["Person A ", "Person B\t", None, "Person A", "x"],
    "phone": ["+86 139-1234-5678", "13912345678 ", "13912345678", None, None],
    "birthday": ["1990-02-03 ", "1990-02-03", None, None, None],
    "address": [" Hidden Road", None, None, None, None],
    "tier": ["gold\t", "<b>", None, None, None],
    "points": ["1,234.5", "无", "2", "3", "4"],
}
"""The phone, names, birthday and address must not be seen anywhere; `<b>` and `='1'+1` must be text wherever they are shown."""


def figures(ledger: pd.DataFrame | None = None) -> CleaningFigures:
    """Members of store S1: one row folded, one rejected, three that wait for their load unless a `ledger` is given."""
    read = raw({"members": MEMBERS})
    done: StageOutput = cleaned("members", {"members": MEMBERS}, placeholders={"points": ["无"]})
    alive = done.tables["members"]
    waiting = pd.DataFrame({"table": "members", "row_id": alive["_row_id"], "outcome": WAITING, "reason": ""})
    known = pd.concat([done.outcomes, waiting], ignore_index=True) if ledger is None else ledger
    return CleaningFigures(
        title=Text(en="Chain", zh="连锁"),
        project="chain",
        version="1",
        written_at=datetime(2026, 1, 1, tzinfo=UTC),
        store="S1",
        store_name=Text(en="Old Town", zh="老城店"),
        dataset="members",
        cleaned=done,
        books=conserved(DATASETS["members"], read, known),
        ledger=known,
    )


def report() -> CleaningReport:
    """The report of `figures`."""
    return arranged(figures())
