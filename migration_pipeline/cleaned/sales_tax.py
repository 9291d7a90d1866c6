"""Whether the taxes of a ticket and its lines fit together. Amounts include tax.

Belongs here: masks over tax columns. Does not belong here: what is done with the rows (`policies.py`), splitting prices into net and tax
(`mapped/net_amounts.py` does that).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from migration_pipeline.contracts.money import decimal_dtype, product
from migration_pipeline.contracts.texts import among

_CENT = Decimal("0.01")


def tax_not_lines(frames: Mapping[str, pd.DataFrame]) -> "pd.Series[bool]":
    """Tickets whose tax is not the sum of their lines' taxes, where every line has one; ended lines do not count."""
    tickets, lines = frames["tickets"], frames["lines"]
    alive = lines.loc[lines["_reason"].isna(), ["ticket_no", "tax_amount"]]
    untaxed = alive.loc[alive["tax_amount"].isna(), "ticket_no"]
    sums = alive.groupby("ticket_no")["tax_amount"].sum().reindex(tickets["ticket_no"]).astype(decimal_dtype(2))
    due = pd.Series(sums.array, index=tickets.index)
    return tickets["tax"].notna() & due.notna() & ~among(tickets["ticket_no"], untaxed) & (tickets["tax"] != due).fillna(False)


def tax_not_rate(frames: Mapping[str, pd.DataFrame]) -> "pd.Series[bool]":
    """Lines whose tax is more than a cent off `amount - amount / (1 + rate)`; compared without a division, so exactly."""
    lines = frames["lines"]
    taxed = lines.loc[lines["tax_amount"].notna() & lines["tax_rate"].notna() & lines["amount"].notna()]
    whole: pd.Series[Any] = (taxed["tax_rate"] + 100).astype(decimal_dtype(2))
    said, due = product(taxed["tax_amount"], whole, 4), product(taxed["amount"], taxed["tax_rate"], 4)
    off = ((said - due).abs() > product(pd.Series(_CENT, index=taxed.index, dtype=decimal_dtype(2)), whole, 4)).fillna(False)
    return off.astype(bool).reindex(lines.index, fill_value=False)
