"""A sale by an ERP's own documents, on a copy of it: what its stock really does when goods are sold and come back.

Belongs here: what an ERP with sales of its own must be able to do for that, and which can. Does not belong here: the copy
(`orchestration/sandbox.py`), what is sold and expected (`orchestration/trial_sale.py`).
"""

from decimal import Decimal
from typing import Protocol

from migration_pipeline.loaded.targets.tryton.own_sale import TrytonSale
from migration_pipeline.loaded.targets.tryton.target import TrytonTarget


class OwnSale(Protocol):
    """Documents of one store and one item. They stay: only ever on a copy that is thrown away."""

    def open(self) -> Decimal:
        """Do the item's opening moves, as people do when they open for business; what the store then has of it, in base units."""
        ...

    def sell(self, units: Decimal) -> Decimal:
        """Sell and hand over so many base units (below 0: take them back); what the store then has.

        Raises:
            RefusedError: the ERP refuses, also if it has less.
        """
        ...


def own_sale_of(target: object, store: str, item: str) -> OwnSale | None:
    """Sales of an item in a store; None of interface tables, which have no documents."""
    return TrytonSale.of(target.client, store, item) if isinstance(target, TrytonTarget) else None
