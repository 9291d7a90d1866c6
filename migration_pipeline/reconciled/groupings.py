"""By what the totals of each table are compared: which groups, and where the ERP has them.

Belongs here: the choice, as data. Does not belong here: the groups of a source row (`group_keys.py`), comparing (`cells.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Grouping:
    """One table by some dimensions at once.

    Attributes:
        erp_table: the ERP table whose rows are added up.
        by: dimension -> the ERP's column.
        measures: measure -> the ERP's column; `rows` counts.
        one_of: rows of one key are not added up in the ERP: it holds the values of one of them (prices).
        kept: dimensions whose sums the control database keeps; the others are in the lake, and there only what differs.
    """

    table: str
    erp_table: str
    by: Mapping[str, str]
    measures: Mapping[str, str]
    one_of: bool = False
    kept: tuple[str, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All of them, in order."""
        return tuple(self.by)


_DAY = "ticket.business_date"
GROUPINGS: Mapping[str, tuple[Grouping, ...]] = MappingProxyType(
    {
        "suppliers": (Grouping("suppliers", "supplier_balance", {"supplier": "supplier_code"}, {"money": "balance"}),),
        "products": (
            Grouping(
                "products",
                "item_price",
                {"item": "item_code"},
                {name: name for name in ("sell_price", "cost_price", "member_price")},
                one_of=True,
            ),
        ),
        "members": (
            Grouping(
                "members",
                "member_balance",
                {"tier": "member.tier"},
                {name: name for name in ("points", "stored_principal", "stored_bonus")},
                kept=("tier",),
            ),
        ),
        "inventory": (
            Grouping(
                "stock",
                "opening_stock",
                {"warehouse": "warehouse_code", "item": "item_code"},
                {"quantity": "quantity", "money": "value"},
                kept=("warehouse",),
            ),
        ),
        "sales": (
            Grouping("tickets", "ticket", {"day": "business_date"}, {"rows": "rows", "money": "total"}, kept=("day",)),
            Grouping(
                "lines",
                "ticket_line",
                {"day": _DAY, "tax": "tax_rate", "category": "item.category"},
                {"rows": "rows", "money": "amount", "quantity": "quantity"},
                kept=("day", "tax", "category"),
            ),
            Grouping(
                "payments",
                "payment",
                {"day": _DAY, "payment": "method"},
                {"rows": "rows", "money": "amount"},
                kept=("day", "payment"),
            ),
        ),
    }
)
"""Dataset -> its groupings."""
