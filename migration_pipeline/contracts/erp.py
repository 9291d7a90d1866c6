"""The ERP's interface tables: columns, keys, references and closed vocabularies, as data.

Belongs here: what a target must hold. Does not belong here: SQL (`dbt_like_sql/ddl/erp.sql` says the same to PostgreSQL; a test
compares the two) and how rows are written (`loaded/targets/`).
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ErpType = Literal["text", "numeric", "integer", "boolean", "date", "timestamp"]


@dataclass(frozen=True)
class ErpColumn:
    """One column of an ERP table.

    Attributes:
        precision, scale: of a `numeric`; the frame's dtype is decimal128(precision, scale).
        personal: never shown unmasked in logs, metadata, reports or errors.
        vocabulary: the closed list of values (`contracts/vocabularies.py`), a CHECK constraint in the database.
    """

    name: str
    type: ErpType = "text"
    nullable: bool = True
    precision: int = 18
    scale: int = 0
    personal: bool = False
    vocabulary: str | None = None


@dataclass(frozen=True)
class Reference:
    """A foreign key: `columns` here equal the primary key of `table`."""

    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True)
class ErpTable:
    """One ERP table.

    Attributes:
        key: the primary key; the first columns of the table.
        dataset: the dataset that fills it; None for what is set up before any load (company, store, warehouse, unit).
        per_store: its rows belong to the one store named by `store_code`; False: shared by the company.
        keep_owner: an existing row is never changed: the first owner of a barcode keeps it.
    """

    name: str
    columns: tuple[ErpColumn, ...]
    key: tuple[str, ...]
    dataset: str | None
    references: tuple[Reference, ...] = ()
    per_store: bool = False
    keep_owner: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        """Column names in the order of the table."""
        return tuple(column.name for column in self.columns)

    @property
    def value_names(self) -> tuple[str, ...]:
        """Column names outside the primary key."""
        return tuple(name for name in self.column_names if name not in self.key)

    @property
    def numeric_columns(self) -> tuple[ErpColumn, ...]:
        """The columns whose sums are compared (money, quantities, points, prices)."""
        return tuple(column for column in self.columns if column.type == "numeric")


def _key(name: str) -> ErpColumn:
    return ErpColumn(name, nullable=False)


def _amount(name: str, scale: int = 2, *, nullable: bool = False) -> ErpColumn:
    return ErpColumn(name, "numeric", nullable=nullable, scale=scale)


def _word(name: str, vocabulary: str) -> ErpColumn:
    return ErpColumn(name, nullable=False, vocabulary=vocabulary)


def _personal(name: str) -> ErpColumn:
    return ErpColumn(name, personal=True)


def _divisions(*, personal: bool = False) -> tuple[ErpColumn, ...]:
    """Where an address lies; `street` is the street or town, as personal as the address."""
    names = ("province", "city", "district", "street", "division_code")
    return tuple(ErpColumn(name, personal=personal and name == "street") for name in names)


_STORE = Reference(("store_code",), "store")
_ITEM = Reference(("item_code",), "item")
_MEMBER = Reference(("member_code",), "member")
_TICKET = Reference(("store_code", "ticket_no"), "ticket")

_TABLES = (
    ErpTable("company", (_key("company_code"), _key("name"), _key("currency")), ("company_code",), None),
    ErpTable(
        "store",
        (_key("store_code"), _key("company_code"), _key("name")),
        ("store_code",),
        None,
        (Reference(("company_code",), "company"),),
    ),
    ErpTable(
        "warehouse",
        (_key("store_code"), _key("warehouse_code"), _key("name")),
        ("store_code", "warehouse_code"),
        None,
        (_STORE,),
    ),
    ErpTable("unit", (_key("unit_code"),), ("unit_code",), None),
    ErpTable(
        "supplier",
        (
            _key("supplier_code"),
            _key("name"),
            _personal("contact"),
            _personal("phone"),
            ErpColumn("address"),
            *_divisions(),
            ErpColumn("tax_id"),
        ),
        ("supplier_code",),
        "suppliers",
    ),
    ErpTable(
        "supplier_balance",
        (_key("supplier_code"), _key("store_code"), _amount("balance")),
        ("supplier_code", "store_code"),
        "suppliers",
        (Reference(("supplier_code",), "supplier"), _STORE),
        per_store=True,
    ),
    ErpTable(
        "item",
        (
            _key("item_code"),
            _key("name"),
            ErpColumn("category"),
            ErpColumn("brand"),
            ErpColumn("spec"),
            _key("unit_code"),
            ErpColumn("weighed", "boolean", nullable=False),
            _word("kind", "item_kind"),
            _word("status", "item_status"),
            ErpColumn("tax_rate", "numeric", precision=5, scale=2),
            ErpColumn("supplier_code"),
        ),
        ("item_code",),
        "products",
        (Reference(("unit_code",), "unit"), Reference(("supplier_code",), "supplier")),
    ),
    ErpTable("item_barcode", (_key("barcode"), _key("item_code")), ("barcode",), "products", (_ITEM,), keep_owner=True),
    ErpTable(
        "item_price",
        (
            _key("store_code"),
            _key("item_code"),
            _amount("sell_price", 4, nullable=True),
            _amount("cost_price", 4, nullable=True),
            _amount("member_price", 4, nullable=True),
        ),
        ("store_code", "item_code"),
        "products",
        (_STORE, _ITEM),
        per_store=True,
    ),
    ErpTable(
        "item_pack",
        (
            _key("store_code"),
            _key("item_code"),
            _key("unit_code"),
            _amount("ratio", 6),
            ErpColumn("barcode"),
            _amount("sell_price", 4, nullable=True),
        ),
        ("store_code", "item_code", "unit_code"),
        "products",
        (_STORE, _ITEM, Reference(("unit_code",), "unit")),
        per_store=True,
    ),
    ErpTable(
        "coupon_item",
        (_key("coupon_code"), _key("product_code"), _key("campaign"), ErpColumn("item_code")),
        ("coupon_code", "product_code", "campaign"),
        "products",
        (_ITEM,),
    ),
    ErpTable(
        "member",
        (
            _key("member_code"),
            _personal("name"),
            _personal("phone"),
            _personal("email"),
            _word("gender", "gender"),
            ErpColumn("birthday", "date", personal=True),
            _personal("address"),
            *_divisions(personal=True),
            ErpColumn("tier"),
            ErpColumn("opened_on", "date"),
            _word("status", "member_status"),
        ),
        ("member_code",),
        "members",
    ),
    ErpTable(
        "member_card",
        (_key("store_code"), _key("card_no"), _key("member_code")),
        ("store_code", "card_no"),
        "members",
        (_STORE, _MEMBER),
        per_store=True,
    ),
    ErpTable(
        "member_balance",
        (_key("member_code"), _key("store_code"), _amount("points"), _amount("stored_principal"), _amount("stored_bonus")),
        ("member_code", "store_code"),
        "members",
        (_MEMBER, _STORE),
        per_store=True,
    ),
    ErpTable(
        "opening_stock",
        (_key("store_code"), _key("warehouse_code"), _key("item_code"), _amount("quantity", 3), _amount("unit_cost", 4), _amount("value")),
        ("store_code", "warehouse_code", "item_code"),
        "inventory",
        (Reference(("store_code", "warehouse_code"), "warehouse"), _ITEM),
        per_store=True,
    ),
    ErpTable(
        "ticket",
        (
            _key("store_code"),
            _key("ticket_no"),
            ErpColumn("sold_at", "timestamp", nullable=False),
            ErpColumn("business_date", "date"),
            ErpColumn("terminal"),
            ErpColumn("cashier"),
            ErpColumn("member_code"),
            _word("kind", "ticket_kind"),
            ErpColumn("original_ticket_no"),
            _amount("total"),
            _amount("rounding"),
        ),
        ("store_code", "ticket_no"),
        "sales",
        (_STORE, _MEMBER),
        per_store=True,
    ),
    ErpTable(
        "ticket_line",
        (
            _key("store_code"),
            _key("ticket_no"),
            ErpColumn("line_no", "integer", nullable=False),
            _key("item_code"),
            _amount("quantity", 3),
            _amount("unit_price", 4, nullable=True),
            _amount("amount"),
            _amount("discount"),
            _amount("coupon_discount"),
            _amount("partner_discount"),
            ErpColumn("tax_rate", "numeric", precision=5, scale=2),
            _amount("net_amount", nullable=True),
            _amount("tax_amount", nullable=True),
        ),
        ("store_code", "ticket_no", "line_no"),
        "sales",
        (_TICKET, _ITEM),
        per_store=True,
    ),
    ErpTable(
        "payment",
        (
            _key("store_code"),
            _key("ticket_no"),
            ErpColumn("payment_no", "integer", nullable=False),
            _word("method", "payment_method"),
            _amount("amount"),
        ),
        ("store_code", "ticket_no", "payment_no"),
        "sales",
        (_TICKET,),
        per_store=True,
    ),
)

ERP_TABLES = MappingProxyType({table.name: table for table in _TABLES})
"""Every ERP table by name, referenced tables first: the order of loading."""


def erp_table(name: str) -> ErpTable:
    """The descriptor of one ERP table; raises KeyError naming the known ones."""
    try:
        return ERP_TABLES[name]
    except KeyError:
        raise KeyError(f"the ERP has no table {name!r}; it has {', '.join(ERP_TABLES)}") from None


def tables_of(dataset: str) -> tuple[ErpTable, ...]:
    """The ERP tables that one dataset fills, in load order."""
    return tuple(table for table in _TABLES if table.dataset == dataset)


def column_named(table: ErpTable, name: str) -> tuple[Reference | None, ErpColumn]:
    """A column of a table, or, written `item.category`, of a table it refers to, with that reference.

    Raises:
        KeyError: there is no such column or reference.
    """
    other, _, own = name.rpartition(".")
    reference = next((one for one in table.references if one.table == other), None)
    if other and reference is None:
        raise KeyError(f"{table.name} does not refer to {other!r}")
    described = erp_table(other) if other else table
    for column in described.columns:
        if column.name == own:
            return reference, column
    raise KeyError(f"{described.name} has no column {own!r}")
