"""A ticket is loaded whole or not at all."""

import pandas as pd

from migration_pipeline.contracts.tickets import TicketTables, dragged_along
from migration_pipeline_tests.unit.cleaned.raw_tables import text


def frame(*numbers: str | None) -> pd.DataFrame:
    return pd.DataFrame({"ticket_no": text(*numbers)})


def mask(*values: bool) -> "pd.Series[bool]":
    return pd.Series(list(values), dtype=bool)


def test_every_row_of_a_ticket_with_a_rejected_row_is_dragged_along_but_not_the_rejected_one() -> None:
    tables = TicketTables(
        frame("1", "2"),
        frame("1", "1", "2"),
        frame("1", "2"),
        {"tickets": mask(False, False), "lines": mask(True, False, False), "payments": mask(False, False)},
    )
    dragged = dragged_along(tables)
    assert {name: rows.tolist() for name, rows in dragged.items()} == {
        "tickets": [True, False],
        "lines": [False, True, False],
        "payments": [True, False],
    }


def test_rejected_rows_without_a_number_drag_nothing() -> None:
    tables = TicketTables(frame(None), frame(None), frame(), {"tickets": mask(False), "lines": mask(True), "payments": mask()})
    assert not any(rows.any() for rows in dragged_along(tables).values())
