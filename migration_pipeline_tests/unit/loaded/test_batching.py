"""Batches together hold every row once, and each of them can stand alone."""

from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.loaded.batching import batches
from migration_pipeline_tests.unit.cleaned.raw_tables import text


def tickets(*lines_each: int) -> dict[str, pd.DataFrame]:
    """Tickets 0, 1 ... with so many lines each, one payment each, lines of all tickets mixed."""
    numbers = [str(n) for n in range(len(lines_each))]
    lines = sorted((place, number) for number, count in zip(numbers, lines_each, strict=True) for place in range(count))
    return {
        "ticket": pd.DataFrame({"ticket_no": text(*numbers)}),
        "ticket_line": pd.DataFrame({"ticket_no": text(*[number for _, number in lines]), "amount": [Decimal(1)] * len(lines)}),
        "payment": pd.DataFrame({"ticket_no": text(*numbers)}),
    }


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 100])
def test_every_row_is_in_one_batch_and_tickets_stay_whole(rows: int) -> None:
    tables = tickets(3, 1, 0, 4, 1, 1, 2)
    parts = list(batches(tables, rows))
    for name, frame in tables.items():
        together = pd.concat([part[name] for part in parts]).sort_values("ticket_no", ignore_index=True)
        pd.testing.assert_frame_equal(together, frame.sort_values("ticket_no", ignore_index=True))
    seen = [set(part["ticket"]["ticket_no"]) for part in parts]
    assert sum(len(numbers) for numbers in seen) == 7
    for part, numbers in zip(parts, seen, strict=True):
        assert set(part["ticket_line"]["ticket_no"]) | set(part["payment"]["ticket_no"]) <= numbers


def test_batches_are_about_as_long_as_asked_for() -> None:
    parts = list(batches(tickets(*[1] * 10), 4))
    assert [len(part["ticket_line"]) for part in parts] == [3, 4, 3]


def test_master_data_and_few_tickets_are_one_batch() -> None:
    master = {"item": pd.DataFrame({"item_code": text("1", "2")})}
    assert [list(part) for part in batches(master, 1)] == [["item"]]
    assert len(list(batches(tickets(2, 2), 4))) == 1


def test_a_source_without_payments() -> None:
    tables = tickets(1, 1)
    del tables["payment"]
    assert {tuple(part) for part in batches(tables, 1)} == {("ticket", "ticket_line")}
