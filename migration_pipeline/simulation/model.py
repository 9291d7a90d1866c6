"""What the simulation is made of: rows with their expected outcome, tickets, stores, and exact numbers as integers.

Belongs here: plain values. Does not belong here: inventing them (`catalogue.py`, `people.py`, `tickets.py`), writing them (`writers/`).
"""

from dataclasses import dataclass, field, replace
from typing import Literal

System = Literal["siss_sqlite", "siss_dump", "csv_zh", "workbook", "poslog", "plain"]
Size = Literal["tiny", "small", "large"]

DERIVES_TICKETS: frozenset[System] = frozenset({"siss_sqlite", "siss_dump"})
"""Systems without a ticket table."""

CSV_MASTERS: frozenset[System] = frozenset({"csv_zh", "poslog", "plain"})
"""Systems whose master data are CSV files, so that a row can be ragged."""


@dataclass(slots=True)
class Row:
    """One source row as canonical texts, and what must become of it.

    Attributes:
        fields: canonical column -> text as it should be read; what is absent is missing.
        money: in 1/100; quantity: in 1/1000; points: in 1/100. Text that is no number counts as 0.
        reason: code of `contracts/reasons.py`.
        identity: what the row is recognised by in other stores; empty for rows that match nothing.
        shape: columns more (or fewer) than the header has.
        defect: the kind of `defect_kinds.py` that was planted in this row, if any; `finds`: the reason it must be found under, as the
            row's outcome or as a finding (empty: it must go on as if nothing were wrong).
    """

    fields: dict[str, str]
    money: int = 0
    quantity: int = 0
    points: int = 0
    reason: str = "loaded"
    identity: str = ""
    shape: int = 0
    defect: str = ""
    finds: str = ""

    def but(self, reason: str, **fields: str) -> "Row":
        """A copy with other texts and outcome; measures stay."""
        return replace(self, fields={**self.fields, **fields}, reason=reason)


@dataclass(slots=True)
class Ticket:
    """A ticket with its rows; systems that derive tickets do not write the header."""

    header: Row
    lines: list[Row]
    payments: list[Row]
    victim: bool = True

    def rows(self) -> list[Row]:
        """Header, lines and payments."""
        return [self.header, *self.lines, *self.payments]

    def mark(self, reason: str) -> None:
        """Give every row the same outcome."""
        for row in self.rows():
            row.reason = reason


@dataclass(frozen=True)
class StorePlan:
    """One store of the chain, before it has data.

    Attributes:
        number: 1-based place in the processing order.
        warehouses: code as the source writes it -> name.
        positive_returns: return rows carry positive amounts and `sell_way` B.
    """

    number: int
    system: System
    name_en: str
    name_zh: str
    tickets: int
    warehouses: dict[str, str]
    positive_returns: bool = False

    @property
    def id(self) -> str:
        """S01, S02, ..."""
        return f"S{self.number:02d}"


@dataclass
class StoreData:
    """All rows of one store, in file order."""

    plan: StorePlan
    suppliers: list[Row] = field(default_factory=list)
    products: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    stock: list[Row] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    orphan_lines: list[Row] = field(default_factory=list)
    orphan_payments: list[Row] = field(default_factory=list)
    extra: dict[str, list[Row]] = field(default_factory=dict)
    """Rows of tables that only some systems have."""

    def headers(self) -> list[Row]:
        """Ticket rows in file order."""
        return [ticket.header for ticket in self.tickets]

    def lines(self) -> list[Row]:
        """Line rows in file order, those without a ticket last."""
        return [line for ticket in self.tickets for line in ticket.lines] + self.orphan_lines

    def payments(self) -> list[Row]:
        """Payment rows in file order, those without a ticket last."""
        return [payment for ticket in self.tickets for payment in ticket.payments] + self.orphan_payments


def fixed(value: int, scale: int) -> str:
    """An integer in units of 10^-scale as decimal text: `fixed(-1230, 2)` is `-12.30`."""
    unit = 10**scale
    sign, value = ("-", -value) if value < 0 else ("", value)
    return f"{sign}{value // unit}.{value % unit:0{scale}d}"


def money_of(row: Row, column: str) -> int:
    """A column of two decimals in 1/100."""
    return int(row.fields[column].replace(".", ""))


def quantity_text(milli: int) -> str:
    """Pieces without decimals, weights with three."""
    return str(milli // 1000) if milli % 1000 == 0 else fixed(milli, 3)


def half_away(value: int, divisor: int) -> int:
    """`value / divisor` rounded half away from zero."""
    whole = (2 * abs(value) + divisor) // (2 * divisor)
    return whole if value >= 0 else -whole
