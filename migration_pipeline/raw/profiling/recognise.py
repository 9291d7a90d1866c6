"""What a table most likely is: one of the datasets' tables, or something else, with a confidence and the reasons.

Belongs here: names and contents weighed against `contracts/datasets.py`. Does not belong here: the dictionary of names
(`project/synonyms.py`), presets of known systems (`known_systems.py`), the suggested project file (`suggest.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.fields import Field
from migration_pipeline.project.synonyms import folded, recognised
from migration_pipeline.raw.profiling.columns import ColumnFigures

SURE, LIKELY = 75, 55
"""Percent from which on a guess goes into the suggestion, and from which on it is worth a remark."""
_NAMES = MappingProxyType(
    {
        "suppliers": r"供应商|供货商|厂商|supplier|vendor|supcust",
        "products": r"商品|产品|货品|product|item(?!.*line)|goods|article|\bsku",
        "packs": r"副单位|多单位|包装单位|unit.?conver|uom.?conver|item.?pack|multi.?unit",
        "coupons": r"优惠券|券|coupon",
        "members": r"会员|顾客|客户|member|customer|vip|loyalty|household",
        "point_entries": r"积分(流水|明细|变动|记录)|points?.?(entr|ledger|log|history)|vip.?acclist",
        "stored_value_entries": r"(储值|充值)(流水|明细|变动|记录)|stored.?value.?(entr|ledger|log|history)|top.?ups?$",
        "liabilities": r"负债|预收|科目余额|liabilit|trial.?balance",
        "day_totals": r"日汇总|日结|营业日报|销售日报|day.?(sum|total)|daily.?(sum|total|sales)|pos.?account|z.?report",
        "stock": r"库存|stock|inventory|on.?hand",
        "tickets": r"小票(?!明细)|单据|订单(?!明细)|ticket(?!line)|receipt|order(?!.*(detail|line|item))|header|transaction$",
        "lines": r"明细|流水|line|detail|saleflow|order.?item|transactions?(?!$)|online.retail",
        "payments": r"付款|支付|收款|pay|tender",
    }
)
"""What the name of a file, sheet or database table says."""
_WEAKER: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ticket_no": {"*": r"^(basket|invoice|order|receipt|bill|sale|ticket|transaction)s?(id|no|number|code)?$"},
        "product_code": {"*": r"^(product|item|stock|article|sku|goods)s?(id|no|number|code)?$"},
        "member_code": {"*": r"^(household|customer|client|member|loyalty|card|vip)s?(id|no|number|key|code)?$"},
        "supplier_code": {"*": r"^(supplier|vendor|manufacturer)s?(id|no|number|code)?$"},
        "coupon_code": {"*": r"^coupon(upc|id|no|code)?$"},
        "campaign": {"*": r"^campaign(id|no|code)?$"},
        "sold_at": {"*": r"^(transaction|invoice|order|sale|receipt|ticket|basket)(timestamp|date|time|datetime)$"},
        "quantity": {"*": r"^(quantity|qty|units|count)$", "stock": r"^units?(instock|onhand)$"},
        "amount": {"lines": r"^(sales?value|line(total|amount|value)|extended\w*|net(amount|value))$"},
        "unit_price": {"lines": r"^(unit|sell(ing)?|sale)price$"},
        "discount": {"lines": r"^(retail)?disc(ount)?$"},
        "coupon_discount": {"lines": r"^coupondisc(ount)?$"},
        "partner_discount": {"lines": r"^couponmatchdisc(ount)?$"},
        "name": {"products": r"^(description|title)$", "suppliers": r"^companyname$", "members": r"^(full|contact|customer)name$"},
        "sell_price": {"products": r"^(unit|list|retail)price$"},
        "category": {"products": r"^(category(id|name)?|department|productcategory)$"},
        "spec": {"products": r"^(package|pack)size$|^quantityperunit$"},
        "contact": {"suppliers": r"^contact(name)?$"},
    }
)
"""Names that mean a column only where the contents fit as well: canonical column -> table (`*`: any) -> folded name."""
LENT = ("sold_at", "terminal", "cashier", "member_code", "kind", "status", "original_ticket_no")
"""Columns of tickets that lines may carry where there is no table of tickets."""
ONLY_MOMENT = "the only column with a time of day"
_NUMERIC = ("decimal", "integer")


@dataclass(frozen=True)
class Mapped:
    """One source column taken for a canonical one: how sure, in percent, and why."""

    column: str
    source: str
    percent: int
    why: str


@dataclass(frozen=True)
class Guess:
    """What one table most likely is.

    Attributes:
        dataset, table: names of the contract, empty for `other`.
        percent: how sure.
        why: for a person, in English.
        columns: canonical columns found; `undecided`: canonical column -> several candidates; `left`: source columns nobody knows.
        missing: columns of the contract that must be there and are not.
    """

    dataset: str = ""
    table: str = ""
    percent: int = 0
    why: str = ""
    columns: tuple[Mapped, ...] = ()
    undecided: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`dataset.table`, or `other`."""
        return f"{self.dataset}.{self.table}" if self.table else "other"


def guess(place: str, columns: Mapping[str, ColumnFigures]) -> Guess:
    """The best of all tables of the contracts; `other` with the nearest one named if none is likely."""
    guesses = [as_table(dataset.name, table, place, columns) for dataset in DATASETS.values() for table in dataset.tables]
    best = max(guesses, key=lambda found: found.percent)
    if best.percent >= LIKELY:
        return best
    why = f"nothing of the contracts; nearest is {best.name} with {best.percent} %" if best.columns else "no column of the contracts"
    if best.missing and best.columns:
        why += f", without {', '.join(best.missing)}"
    return Guess(percent=100 - best.percent, why=why, left=tuple(columns))


def as_table(dataset: str, table: Table, place: str, columns: Mapping[str, ColumnFigures]) -> Guess:
    """What the columns are if this is one certain table of the contracts, and how likely that is."""
    mapped = _mapped(dataset, table, columns)
    found = recognised(dataset, table.name, list(columns))
    taken = {m.source for m in mapped}
    undecided = {c: tuple(s for s in several if s not in taken) for c, several in found.ambiguous.items() if c in table.columns}
    missing = _missing(table, {m.column for m in mapped})
    percent, why = _weight(table, mapped, missing, place, columns)
    left = tuple(name for name in columns if name not in taken)
    return Guess(dataset, table.name, percent, why, tuple(mapped), {c: s for c, s in undecided.items() if len(s) > 1}, left, missing)


def _missing(table: Table, mapped: set[str]) -> tuple[str, ...]:
    """Required columns without a source; the amount of a line can be computed from its price."""
    found = mapped | ({"amount"} if table.name == "lines" and "unit_price" in mapped else set())
    return tuple(f.name for f in table.fields if f.required and f.default is None and f.name not in found)


def _mapped(dataset: str, table: Table, columns: Mapping[str, ColumnFigures]) -> list[Mapped]:
    """By the dictionary, then by weaker names; contents that cannot be what the name says do not count."""
    found: list[Mapped] = []
    known = _known(dataset, table, list(columns))
    for canonical in _fields(table):
        source, sure, why = known.get(canonical.name), 95, "name"
        if source is None:
            taken = {m.source for m in found} | set(known.values())
            source, sure, why = _second_best(canonical, dataset, table, columns, taken)
            if why == ONLY_MOMENT and "ticket_no" not in {m.column for m in found}:
                source = None
        if source is not None and source not in {m.source for m in found}:
            doubt = doubt_of(canonical, columns[source])
            if doubt != "impossible":
                note = f"{why}; {doubt}" if doubt else why
                found.append(Mapped(canonical.name, source, sure - 25 * bool(doubt), note))
    return found


def _fields(table: Table) -> list[Field]:
    """The table's columns; lines may also say when they were sold, where there is no table of tickets."""
    if table.name != "lines":
        return list(table.fields)
    tickets = DATASETS["sales"].table("tickets")
    own = set(table.columns)
    return [*table.fields, *(tickets.field(name) for name in LENT if name not in own)]


def _second_best(
    canonical: Field, dataset: str, table: Table, columns: Mapping[str, ColumnFigures], taken: set[str]
) -> tuple[str | None, int, str]:
    """A column the dictionary does not name alone: by a weaker name, the first of several, or by what it holds."""
    if source := _weaker(canonical.name, table.name, columns, taken):
        return source, 70, "similar name"
    several = recognised(dataset, table.name, list(columns)).ambiguous.get(canonical.name, ())
    if canonical.required and (free := [name for name in several if name not in taken]):
        best = min(free, key=lambda name: (not columns[name].unique, free.index(name)))
        return best, 50, f"one of {', '.join(several)}"
    moments = [c.name for c in columns.values() if c.kind == "datetime"]
    if canonical.name == "sold_at" and len(moments) == 1 and moments[0] not in taken:
        return moments[0], 60, ONLY_MOMENT
    return None, 0, ""


def _known(dataset: str, table: Table, names: list[str]) -> dict[str, str]:
    """By the dictionary; lines are asked for the columns of their tickets too."""
    known = recognised(dataset, table.name, names).columns
    if table.name != "lines":
        return known
    lent = recognised("sales", "tickets", names).columns
    return {**{column: lent[column] for column in LENT if column in lent and lent[column] not in known.values()}, **known}


def _weaker(canonical: str, table: str, columns: Mapping[str, ColumnFigures], taken: set[str]) -> str | None:
    rules = _WEAKER.get(canonical, {})
    patterns = [pattern for key, pattern in rules.items() if key in {"*", table}]
    hits = [name for name in columns if name not in taken and any(re.search(pattern, folded(name)) for pattern in patterns)]
    return hits[0] if len(hits) == 1 else None


def doubt_of(canonical: Field, column: ColumnFigures) -> str:
    """Why the contents do not fit the canonical type; `impossible` if they contradict it."""
    if column.kind == "empty":
        return "no values"
    if canonical.type in _NUMERIC and column.kind not in {"integer", "decimal", "boolean"}:
        return "not numbers" if column.kind == "code" else "impossible"
    if canonical.type in {"date", "timestamp"} and column.kind not in {"date", "datetime"}:
        return "impossible" if column.kind in {"decimal", "boolean"} else "no dates"
    if canonical.type == "code" and column.kind == "decimal":
        return "impossible"
    if canonical.name == "barcode" and column.ean_percent < 50 and column.kind != "code":
        return "few correct barcodes"
    return ""


def _weight(
    table: Table, mapped: list[Mapped], missing: tuple[str, ...], place: str, columns: Mapping[str, ColumnFigures]
) -> tuple[int, str]:
    """Percent and reasons: required columns, how much of the table is explained, its name, its contents."""
    own = [m for m in mapped if m.column in table.columns]
    required = [f.name for f in table.fields if f.required and f.default is None]
    have = len(required) - len(missing)
    explained = len({m.source for m in mapped}) / max(len(columns), 1)
    breadth = min(1, len(own) / min(6, len(table.columns)))
    certainty = sum(m.percent for m in mapped) / (95 * len(mapped)) if mapped else 0
    percent = 45 * have / max(len(required), 1) + 25 * explained + 20 * breadth * certainty
    named = bool(re.search(_NAMES[table.name], _own_name(place), re.IGNORECASE))
    elsewhere = any(re.search(pattern, _own_name(place), re.IGNORECASE) for name, pattern in _NAMES.items() if name != table.name)
    percent += 10 * named - 10 * (elsewhere and not named)
    against = _against(table, {m.column: columns[m.source] for m in mapped})
    percent -= 45 * bool(against)
    reasons = [f"{len(own)} of {len(table.columns)} columns"]
    reasons += ["its name"] * named + [f"without {name}" for name in missing] + ([against] if against else [])
    return max(0, min(99, int(percent))), ", ".join(reasons)


def _own_name(place: str) -> str:
    """The name of the table itself: the sheet or database table, else the file."""
    last = place.rsplit(" ", 1)[-1] if " " in place else place
    return last.rsplit("/", 1)[-1].rsplit(".", 1)[0]


_WITHOUT: Mapping[str, tuple[tuple[set[str], str], ...]] = MappingProxyType(
    {
        "packs": (({"ratio"}, "no ratio"),),
        "point_entries": (({"at"}, "no time of entry"),),
        "stored_value_entries": (({"at"}, "no time of entry"), ({"principal", "bonus"}, "no amount")),
        "liabilities": (({"principal"}, "no balance"),),
        "day_totals": (({"amount", "quantity", "tickets"}, "no total"),),
        "payments": (({"method"}, "no method of payment"),),
        "tickets": (({"sold_at"}, "no time of sale"),),
        "members": (({"phone", "email", "points", "stored_principal", "birthday", "gender", "tier"}, "nothing about a person"),),
        "suppliers": (({"contact", "phone", "tax_id", "balance", "address"}, "nothing about a company"),),
        "products": (({"barcode", "sell_price", "cost_price", "category", "brand", "unit", "spec"}, "nothing about goods"),),
    }
)
"""Table -> columns of which at least one must be there, and what is said if none is."""


def _against(table: Table, columns: Mapping[str, ColumnFigures]) -> str:
    """What in the contents contradicts the guess."""
    masters = {"suppliers": "supplier_code", "products": "product_code", "members": "member_code", "tickets": "ticket_no"}
    if (key := columns.get(masters.get(table.name, ""))) and key.rows > 5 and 100 * key.distinct < 60 * key.rows:
        return f"{key.name} repeats"
    if table.name == "lines" and (ticket := columns.get("ticket_no")) and ticket.rows > 50 and ticket.unique:
        return "one line per ticket"
    return next((lack for one_of, lack in _WITHOUT.get(table.name, ()) if not one_of & set(columns)), "")
