"""The law of tickets: a ticket is loaded whole (header, lines, payments) or not at all.

Belongs here: which tickets a set of ended rows drags along; used wherever rows end (cleaning and mapping).
Does not belong here: why the first row ended.
"""

from dataclasses import dataclass

import pandas as pd

from migration_pipeline.contracts.texts import runs_among


@dataclass(frozen=True)
class TicketTables:
    """Frames of tickets, lines and payments with `ticket_no`, and for each the mask of rows that were rejected."""

    tickets: pd.DataFrame
    lines: pd.DataFrame
    payments: pd.DataFrame
    rejected: "dict[str, pd.Series[bool]]"


def dragged_along(tables: TicketTables) -> "dict[str, pd.Series[bool]]":
    """Per table, the rows that belong to a ticket of which some row was rejected."""
    frames = {"tickets": tables.tickets, "lines": tables.lines, "payments": tables.payments}
    broken = pd.concat([frames[name].loc[mask, "ticket_no"] for name, mask in tables.rejected.items()])
    return {name: runs_among(frame["ticket_no"], broken) & ~tables.rejected[name] for name, frame in frames.items()}
