"""The five datasets and their tables: the one place that says which columns exist and what is conserved.

Belongs here: descriptors (data). Does not belong here: rules, SQL, Dagster. Everything that is the same for all datasets
(assets, checks, pandera models, ledgers, reports) is generated from `DATASETS`.
"""

from dataclasses import dataclass
from types import MappingProxyType

from migration_pipeline.contracts.fields import Field

STAGES = ("raw", "cleaned", "mapped", "loaded", "reconciled")


@dataclass(frozen=True)
class Table:
    """One table of a dataset, as canonical columns.

    Attributes:
        key: columns that identify a row inside one store.
        money, quantity, points: the column whose sum is conserved, if the table has one (`stored_value` of members is principal + bonus,
            `value` of stock is quantity x unit cost; the cleaner computes them).
        erp_table: the ERP table whose row a source row becomes; none for evidence.
        derivable: may be absent in a source; then the cleaner derives it from the dataset's other tables.
    """

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    erp_table: str = ""
    money: str | None = None
    quantity: str | None = None
    points: str | None = None
    derivable: bool = False

    @property
    def evidence(self) -> bool:
        """Whether it is only compared with (ledgers, day totals): optional, never loaded, its rows end as `kept_as_evidence`."""
        return not self.erp_table

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the canonical columns, in order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The descriptor of one column; raises KeyError for an unknown one."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(self.columns)}")


@dataclass(frozen=True)
class Dataset:
    """One dataset: its tables and, for totals, the one table that carries its money.

    Attributes:
        money_table: the table whose money counts for the dataset (sales: lines), so nothing is counted twice.
        needs: datasets whose keys this one refers to; they are mapped and loaded first.
    """

    name: str
    zh: str
    tables: tuple[Table, ...]
    money_table: str | None = None
    needs: tuple[str, ...] = ()

    def table(self, name: str) -> Table:
        """The descriptor of one table; raises KeyError for an unknown one."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"{self.name} has no table {name!r}; it has {', '.join(t.name for t in self.tables)}")


def _money(name: str, *, default: str | None = None) -> Field:
    return Field(name, "decimal", scale=2, default=default)


def _address_parts(*, personal: bool = False) -> tuple[Field, ...]:
    """What an address says, as columns (`contracts/addresses.py`); cleaning fills in what the source does not have."""
    return (
        Field("province", "text"),
        Field("city", "text"),
        Field("district", "text"),
        Field("street", "text", personal=personal),
        Field("division_code", "code"),
        Field("division_vintage", "text"),
        Field("address_confidence", "decimal", scale=2),
    )


SUPPLIERS = Dataset(
    "suppliers",
    "供应商",
    (
        Table(
            "suppliers",
            (
                Field("supplier_code", "code", required=True),
                Field("name", "text", required=True),
                Field("contact", "text", personal=True),
                Field("phone", "code", personal=True),
                Field("address", "text"),
                *_address_parts(),
                Field("tax_id", "code"),
                _money("balance", default="0"),
                Field("updated_at", "timestamp"),
            ),
            key=("supplier_code",),
            erp_table="supplier",
            money="balance",
        ),
    ),
    money_table="suppliers",
)

PRODUCTS = Dataset(
    "products",
    "商品",
    (
        Table(
            "products",
            (
                Field("product_code", "code", required=True),
                Field("barcode", "code"),
                Field("name", "text", required=True),
                Field("category", "text"),
                Field("brand", "text"),
                Field("spec", "text"),
                Field("unit", "text", vocabulary="unit", default="PCS"),
                Field("sell_price", "decimal", scale=4),
                Field("cost_price", "decimal", scale=4),
                Field("member_price", "decimal", scale=4),
                Field("tax_rate", "decimal", scale=2),
                Field("supplier_code", "code"),
                Field("weighed", "boolean", default="0"),
                Field("kind", "text", vocabulary="item_kind", default="goods"),
                Field("status", "text", vocabulary="item_status", default="active"),
                Field("updated_at", "timestamp"),
            ),
            key=("product_code",),
            erp_table="item",
        ),
        Table(
            "packs",
            (
                Field("product_code", "code", required=True),
                Field("unit", "text", required=True, vocabulary="unit"),
                Field("ratio", "decimal", scale=6),
                Field("barcode", "code"),
                Field("sell_price", "decimal", scale=4),
            ),
            key=("product_code", "unit"),
            erp_table="item_pack",
        ),
        Table(
            "coupons",
            (
                Field("coupon_code", "code", required=True),
                Field("product_code", "code", required=True),
                Field("campaign", "code", required=True),
                Field("status", "text", vocabulary="coupon_status", default="issued"),
                Field("valid_from", "timestamp"),
                Field("valid_until", "timestamp"),
            ),
            key=("coupon_code", "product_code", "campaign"),
            erp_table="coupon_item",
        ),
    ),
    needs=("suppliers",),
)

MEMBERS = Dataset(
    "members",
    "会员",
    (
        Table(
            "members",
            (
                Field("member_code", "code", required=True),
                Field("name", "text", personal=True),
                Field("phone", "code", personal=True),
                Field("email", "text", personal=True),
                Field("gender", "text", vocabulary="gender", default="unknown"),
                Field("birthday", "date", personal=True),
                Field("address", "text", personal=True),
                *_address_parts(personal=True),
                Field("tier", "text"),
                Field("points", "decimal", scale=2, default="0"),
                _money("stored_principal", default="0"),
                _money("stored_bonus", default="0"),
                Field("opened_on", "date"),
                Field("status", "text", vocabulary="member_status", default="active"),
                Field("updated_at", "timestamp"),
            ),
            key=("member_code",),
            erp_table="member_balance",
            money="stored_value",
            points="points",
        ),
        Table(
            "point_entries",
            (
                Field("member_code", "code", required=True),
                Field("at", "timestamp"),
                Field("points", "decimal", scale=2, required=True),
            ),
            key=("member_code", "at"),
            points="points",
        ),
        Table(
            "stored_value_entries",
            (
                Field("member_code", "code", required=True),
                Field("at", "timestamp"),
                _money("principal", default="0"),
                _money("bonus", default="0"),
            ),
            key=("member_code", "at"),
            money="stored_value",
        ),
        Table(
            "liabilities", (Field("account", "code", required=True), _money("principal", default="0"), _money("bonus")), key=("account",)
        ),
    ),
    money_table="members",
)

INVENTORY = Dataset(
    "inventory",
    "库存",
    (
        Table(
            "stock",
            (
                Field("product_code", "code", required=True),
                Field("warehouse", "code", required=True, default="MAIN"),
                Field("quantity", "decimal", scale=3, required=True),
                Field("unit_cost", "decimal", scale=4, default="0"),
            ),
            key=("warehouse", "product_code"),
            erp_table="opening_stock",
            money="value",
            quantity="quantity",
        ),
    ),
    money_table="stock",
    needs=("products",),
)

SALES = Dataset(
    "sales",
    "销售",
    (
        Table(
            "tickets",
            (
                Field("ticket_no", "code", required=True),
                Field("sold_at", "timestamp", required=True),
                Field("business_date", "date"),
                Field("terminal", "code"),
                Field("cashier", "code"),
                Field("member_code", "code"),
                Field("kind", "text", vocabulary="ticket_kind", default="sale"),
                Field("status", "text", vocabulary="ticket_status", default="normal"),
                Field("original_ticket_no", "code"),
                _money("total"),
                _money("rounding", default="0"),
                _money("tax"),
            ),
            key=("ticket_no",),
            erp_table="ticket",
            money="total",
            derivable=True,
        ),
        Table(
            "lines",
            (
                Field("ticket_no", "code", required=True),
                Field("line_no", "integer"),
                Field("product_code", "code", required=True),
                Field("quantity", "decimal", scale=3, required=True),
                Field("unit_price", "decimal", scale=4),
                Field("discount_rate", "decimal", scale=4),
                Field("amount", "decimal", scale=2, required=True),
                _money("discount", default="0"),
                _money("coupon_discount", default="0"),
                _money("partner_discount", default="0"),
                Field("list_price", "decimal", scale=4),
                Field("tax_rate", "decimal", scale=2),
                _money("tax_amount"),
            ),
            key=("ticket_no", "line_no"),
            erp_table="ticket_line",
            money="amount",
            quantity="quantity",
        ),
        Table(
            "payments",
            (
                Field("ticket_no", "code", required=True),
                Field("payment_no", "integer"),
                Field("method", "text", required=True, vocabulary="payment_method"),
                Field("amount", "decimal", scale=2, required=True),
            ),
            key=("ticket_no", "payment_no"),
            erp_table="payment",
            money="amount",
            derivable=True,
        ),
        Table(
            "day_totals",
            (
                Field("business_date", "date", required=True),
                Field("terminal", "code"),
                Field("cashier", "code"),
                _money("amount"),
                Field("quantity", "decimal", scale=3),
                Field("tickets", "integer"),
            ),
            key=("business_date", "terminal", "cashier"),
            money="amount",
            quantity="quantity",
        ),
    ),
    money_table="lines",
    needs=("products", "members"),
)

DATASETS = MappingProxyType({d.name: d for d in (SUPPLIERS, PRODUCTS, MEMBERS, INVENTORY, SALES)})
"""The datasets in load order (suppliers, items, members, opening stock, history), by name."""
