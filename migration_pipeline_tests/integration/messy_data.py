"""Messy source tables for property tests: every text comes with what it means, so that sums are known without the code under test.

Belongs here: hypothesis strategies and their plain-Python meaning. Does not belong here: assertions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

Cell = str | None
Row = dict[str, Cell]

NUMBERS: Mapping[Cell, str | None] = {
    "1": "1",
    "2": "2",
    "1.00": "1",
    "2.00": "2",
    "3.50": "3.5",
    "2.50": "2.5",
    "-1.00": "-1",
    "0": "0",
    " 1.00 ": "1",
    "１": "1",
    "－２．５": "-2.5",
    "¥3.20": "3.2",
    "12.3元": "12.3",
    "1,234.50": "1234.5",
    "9.80000019": "9.80000019",
    "0.005": "0.005",
    "-0.005": "-0.005",
    ".5": "0.5",
    "+7": "7",
    "1,23": None,
    "8.52E+11": None,
    "1 000": None,
    "123456789012": None,
    "12²": None,
    "x": None,
    "": None,
    "  ": None,
    None: None,
}
"""Text -> the exact number it is, None if it is none."""
BLANK: frozenset[Cell] = frozenset({"", "  ", None})

CODES: tuple[Cell, ...] = ("A1", "a1", "A1 ", "'B2", '="B2"', "17.0", "17", "C\n3", "C3", "8.52E+11", "\u3000", "", None)
NAMES: tuple[Cell, ...] = ("茶", "茶 ", "Tea", "O'Neil", '"', "", None)
DATES: tuple[Cell, ...] = (
    "2026-01-03",
    "2026/1/3",
    "2026-01-03 23:59:59.997",
    "2026-01-03T10:00:00Z",
    "03/04/2026",
    "0000-00-00",
    "",
    None,
)
PHONES: tuple[Cell, ...] = ("13912345678", "+86 139-1234-5678", "13800138000", "021-6543210", "1.39E+10", None)
TICKET_NUMBERS: tuple[Cell, ...] = ("T1", "T1 ", "T2", "T3", "T4", "1E5", "", None)
STATUSES: tuple[Cell, ...] = ("normal", "normal", "normal", "作废", "hung", "training", "什么", "", None)
UNITS: tuple[Cell, ...] = ("瓶", "PCS", "桶", "", None)
METHODS: tuple[Cell, ...] = ("cash", "微信", "比特币", "", None)


def number(text: Cell, scale: int, default: str | None = None) -> Decimal | None:
    """What a number column holds, rounded to its scale; the default for a blank."""
    meaning = default if text in BLANK else NUMBERS[text]
    return None if meaning is None else rounded(Decimal(meaning), scale)


def rounded(value: Decimal, scale: int) -> Decimal:
    """Half away from zero."""
    return value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)


def any_of(values: tuple[Cell, ...]) -> st.SearchStrategy[Cell]:
    """One of the values; simpler ones first when a failure is shrunk."""
    return st.sampled_from(values)


def numbers() -> st.SearchStrategy[Cell]:
    """Any text in `NUMBERS`."""
    return st.sampled_from(list(NUMBERS))


@dataclass(frozen=True)
class Messy:
    """How the rows of one table are made."""

    cells: Mapping[str, st.SearchStrategy[Cell]]
    most: int = 8

    def rows(self) -> st.SearchStrategy[list[Row]]:
        """A list of rows, possibly empty."""
        return st.lists(st.fixed_dictionaries(dict(self.cells)), max_size=self.most)


SUPPLIERS = Messy(
    {
        "supplier_code": any_of(CODES),
        "name": any_of(NAMES),
        "tax_id": any_of(("91350100M000100Y43", "bad", None)),
        "balance": numbers(),
        "updated_at": any_of(DATES),
    }
)
PRODUCTS = Messy(
    {
        "product_code": any_of(CODES),
        "name": any_of(NAMES),
        "barcode": any_of(("6901028075831", "6901028075832", "6.90E+12", None)),
        "unit": any_of(UNITS),
        "sell_price": numbers(),
        "weighed": any_of(("1", "0", "maybe", None)),
        "supplier_code": any_of(CODES),
        "updated_at": any_of(DATES),
    }
)
COUPONS = Messy({"coupon_code": any_of(CODES), "product_code": any_of(CODES), "campaign": any_of(("1", "2", None))})
MEMBERS = Messy(
    {
        "member_code": any_of(CODES),
        "name": any_of(NAMES),
        "phone": any_of(PHONES),
        "gender": any_of(("男", "unknown", "x", None)),
        "birthday": any_of(DATES),
        "points": numbers(),
        "stored_principal": numbers(),
        "stored_bonus": numbers(),
        "updated_at": any_of(DATES),
    }
)
STOCK = Messy(
    {
        "product_code": any_of(CODES),
        "warehouse": any_of(("MAIN", "QC", "XX", "", None)),
        "quantity": numbers(),
        "unit_cost": numbers(),
    }
)
TICKETS = Messy(
    {
        "ticket_no": any_of(TICKET_NUMBERS),
        "sold_at": any_of(("2026-01-03 10:00:00", *DATES)),
        "member_code": any_of(CODES),
        "status": any_of(STATUSES),
        "total": st.one_of(any_of(("1.00", "2.00", "0")), numbers()),
        "rounding": any_of(("0", "0.01", "x", None)),
    },
    most=5,
)
LINES = Messy(
    {
        "ticket_no": any_of(TICKET_NUMBERS),
        "line_no": any_of(("1", "2", "x", None)),
        "product_code": any_of(("A1", "17", *CODES)),
        "quantity": st.one_of(any_of(("1", "2")), numbers()),
        "amount": st.one_of(any_of(("1.00", "0")), numbers()),
    }
)
PAYMENTS = Messy(
    {
        "ticket_no": any_of(TICKET_NUMBERS),
        "payment_no": any_of(("1", "2", "x", None)),
        "method": any_of(("cash", *METHODS)),
        "amount": st.one_of(any_of(("1.00", "0")), numbers()),
    }
)
DERIVING_LINES = Messy({**LINES.cells, "sold_at": any_of(("2026-01-03 10:00:00", *DATES)), "status": any_of(STATUSES)})
VALUE_MAPS = {
    "unit": {"瓶": "BOTTLE"},
    "gender": {"男": "male"},
    "ticket_status": {"作废": "void"},
    "payment_method": {"微信": "wechat"},
}
