"""Figures of a result are counts and exact money by table and outcome, and say where a run stopped."""

from dataclasses import replace
from decimal import Decimal

import pandas as pd

from migration_pipeline.orchestration.failures import StepFailure
from migration_pipeline.orchestration.results import carried_out, outcome_figures, stopped_at
from migration_pipeline.orchestration.run import FailedCheck, StoreRun

ZERO = Decimal("0.00")


def sums(*rows: tuple[str, str, str, int, str]) -> pd.DataFrame:
    """table, outcome, reason, rows, money; quantities and points are 0."""
    frame = pd.DataFrame(rows, columns=["table_name", "outcome", "reason", "rows", "money"])
    return frame.assign(money=frame["money"].map(Decimal), quantity=ZERO, points=ZERO)


def test_rows_and_money_are_added_up_by_table_and_outcome_and_rejects_by_reason_too() -> None:
    found = outcome_figures(
        sums(
            ("lines", "loaded", "ok", 2, "10.10"),
            ("lines", "rejected", "bad_number", 1, "0.00"),
            ("lines", "rejected", "no_ticket", 3, "0.20"),
            ("payments", "loaded", "ok", 1, "10.10"),
        )
    )
    assert found == {
        "lines loaded rows": 2,
        "lines loaded money": "10.10",
        "lines rejected rows": 4,
        "lines rejected money": "0.20",
        "lines rejected as bad_number": 1,
        "lines rejected as no_ticket": 3,
        "payments loaded rows": 1,
        "payments loaded money": "10.10",
    }


def test_a_run_that_a_closed_window_or_a_lost_database_stopped_says_nothing_of_its_data() -> None:
    """The prediction waits for the run that can be carried out; bad input can be predicted."""
    run = StoreRun("S1", "r", ("sales",), (), ())
    verdicts = {code: carried_out(replace(run, failures=(StepFailure("loaded_sales", "what", code),))) for code in (1, 2, 3, None)}
    assert verdicts == {1: True, 2: True, 3: False, None: False}
    assert carried_out(run)


def test_a_dataset_says_at_which_of_its_steps_and_checks_the_run_stopped() -> None:
    failed = FailedCheck("mapped_products", "shape")
    run = StoreRun("S1", "r", ("products", "sales"), (StepFailure("cleaned_sales", "what", 2),), (failed,))
    assert stopped_at(run, "sales") == ["cleaned_sales"]
    assert stopped_at(run, "products") == ["shape of mapped_products"]
    assert stopped_at(run, "members") == []
