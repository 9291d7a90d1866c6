"""What the adapter calls the things it sets up in Tryton; by these names it finds them again.

Belongs here: names, codes. Does not belong here: making the things (`set_up*.py`).
"""

from types import MappingProxyType

SUPPLIER, MEMBER = "Supplier 供应商", "Member 会员"
"""Party categories: what a party is."""
TIER, GENDER, STATUS = "Tier 等级", "Gender 性别", "Status 状态"
"""Party categories above a member's tier, gender and status."""
CATEGORY, BRAND, KIND, WEIGHED = "Category 类别", "Brand 品牌", "Kind 种类", "Weighed 称重"
"""Product categories: the first three stand above an item's own words, the last marks weighed goods."""

PRINCIPAL, BONUS, POINTS, POINTS_CONTRA = "S2E-PRINCIPAL", "S2E-BONUS", "S2E-POINTS", "S2E-POINTS-CONTRA"
OPENING, STOCK, TAX = "S2E-OPENING", "S2E-STOCK", "S2E-TAX"
ACCOUNTS = MappingProxyType(
    {
        PRINCIPAL: ("Member stored value, paid in 会员储值本金", "balance", {"debt": True}),
        BONUS: ("Member stored value, given 会员储值赠送", "balance", {"debt": True}),
        POINTS: ("Member points 会员积分", "off-balance", {}),
        POINTS_CONTRA: ("Member points, counterpart 会员积分对方科目", "off-balance", {}),
        OPENING: ("Opening balances, counterpart 期初对方科目", "balance", {}),
        STOCK: ("Opening stock 期初库存", "balance", {"assets": True}),
        TAX: ("Value added tax 增值税", "balance", {"debt": True}),
    }
)
"""Account code -> its name, statement, further marks of its type. Points stand off the balance sheet: they are no money."""
OF_MEMBERS = (POINTS, PRINCIPAL, BONUS)
"""Accounts whose entries name a member."""

OPENING_LOCATION = "S2E-OPENING"
PRICES = ("sell_price", "cost_price", "member_price")
"""One price list per store and column of `item_price`."""


def journal_code(store: str) -> str:
    """The journal that holds a store's opening entries; a warehouse with such a journal is a store."""
    return f"S2E/{store}"


def price_list_name(store: str, column: str) -> str:
    """The price list that holds one column of a store's prices."""
    return f"{store} · {column}"


def lost_and_found_code(store: str) -> str:
    """The lost-and-found location of a store."""
    return f"{store}/LF"
