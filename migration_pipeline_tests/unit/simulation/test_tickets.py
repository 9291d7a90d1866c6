"""Simulated tickets add up to the cent, unless a defect says otherwise."""

from random import Random

import pytest

from migration_pipeline.simulation.model import StorePlan, System, Ticket
from migration_pipeline.simulation.tickets import Shelf, store_tickets

_SHELF = Shelf([("a", 1250, 1190, False), ("b", 899, 859, True), ("c", 0, 0, False)], ["m1", "m2"])


def _tickets(system: System) -> list[Ticket]:
    rng = Random(5)  # noqa: S311 - repeatable, not secret
    return store_tickets(rng, StorePlan(1, system, "x", "x", 600, {"01": "x"}), _SHELF)


@pytest.mark.parametrize("system", ["siss_sqlite", "csv_zh"])
def test_total_is_lines_plus_rounding_and_payments_are_total(system: System) -> None:
    """A good ticket that does not add up would be rejected although the truth says loaded."""
    for ticket in _tickets(system):
        rounding = int(ticket.header.fields["rounding"].replace(".", ""))
        assert ticket.header.money == sum(line.money for line in ticket.lines) + rounding
        if ticket.header.fields["status"] != "hung":
            assert ticket.header.money == sum(payment.money for payment in ticket.payments)


def test_derived_tickets_have_no_rounding_and_no_status() -> None:
    """A system without ticket headers cannot tell either."""
    heads = [ticket.header.fields for ticket in _tickets("siss_dump")]
    assert {head["status"] for head in heads} == {"normal"}
    assert {head["rounding"] for head in heads} == {"0.00"}


def test_returns_are_negative_some_linked_some_blind() -> None:
    """Both kinds of return must be in the chain."""
    returns = [ticket for ticket in _tickets("csv_zh") if ticket.header.fields["kind"] == "return"]
    assert all(line.money < 0 and line.quantity < 0 for ticket in returns for line in ticket.lines)
    assert {bool(ticket.header.fields["original_ticket_no"]) for ticket in returns} == {True, False}


def test_headers_have_void_hung_and_training_tickets() -> None:
    """Each status must be excluded by a reason of its own; a hung ticket was never paid."""
    tickets = [ticket for ticket in _tickets("csv_zh") if ticket.header.reason != "loaded"]
    assert {ticket.header.reason for ticket in tickets} == {"voided_ticket", "hung_ticket", "training_ticket"}
    assert not any(ticket.payments for ticket in tickets if ticket.header.reason == "hung_ticket")
