"""The faults that are planted, by the one check that must stop the store for each.

Belongs here: the list. Does not belong here: how a fault is planted (`seeded_faults.py`).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pandas as pd

from migration_pipeline_tests.integration.seeded_faults import (
    BYSTANDER,
    STORE,
    Fault,
    Plant,
    at_the_counter,
    in_archive,
    in_erp,
    in_file,
    in_lake,
)
from migration_pipeline_tests.integration.small_project import SHARED_BARCODE
from migration_pipeline_tests.integration.wrong_stages import (
    a_cent_in_every_table,
    cleaned,
    elsewhere,
    first,
    in_cleaning,
    in_mapping,
    invented,
    loaded,
    lost_with_its_ledger,
    mapped,
    more,
    only_the_ledger,
    read,
    swapped,
    twice,
    two_outcomes,
    without_last,
)

OWN_ITEM, NOBODY = f"P{STORE}-{STORE}-2", "NOBODY"
BARCODE: Mapping[str, object] = {"barcode": SHARED_BARCODE}
BY_CHECK: Mapping[str, Mapping[str, Plant]] = {
    "raw_inventory:export": {
        "the file states more rows than it has": in_file("stock", lambda text: f"{text}共 9 条,,\n"),
    },
    "raw_suppliers:export": {
        "names went through the wrong encoding": in_file("suppliers", lambda text: text.replace("Supplier", "锟斤拷锟斤拷")),
        "names became question marks": in_file("suppliers", lambda text: text.replace("Supplier of A", "????????")),
    },
    "raw_inventory:shape": {
        "the reader gives one id to two rows": read("stock", lambda frame: frame.assign(_row_id="x")),
        "the reader turns text into numbers": read("stock", lambda frame: frame.assign(quantity=[1, 2, 3])),
    },
    "cleaned_suppliers:refused": {
        "a file of the archive changed by one byte": in_archive,
        "a file of the lake changed by one byte": in_lake("cleaned"),
    },
    "cleaned_suppliers:shape": {
        "the cleaner makes money a float": cleaned("suppliers", "suppliers", lambda f: f.assign(balance=f["balance"].astype("float64"))),
    },
    "cleaned_members:shape": {
        "the cleaner drops a column": cleaned("members", "members", lambda frame: frame.drop(columns="points")),
        "the cleaner repeats a row": cleaned("members", "members", twice),
        "stored value is not principal + bonus": cleaned("members", "members", more("stored_value")),
    },
    "cleaned_products:shape": {
        "the cleaner empties a required value": cleaned("products", "products", first("name", None)),
        "the cleaner damages a code": cleaned("products", "products", first("barcode", "6.9E+12")),
    },
    "cleaned_inventory:shape": {"stock value is not quantity x cost": cleaned("inventory", "stock", more("value"))},
    "cleaned_sales:shape": {
        "the cleaner makes up a ticket kind": cleaned("sales", "tickets", first("kind", "gift")),
        "the cleaner loses a ticket, not its lines": cleaned("sales", "tickets", without_last),
        "the cleaner loses a line of a ticket": cleaned("sales", "lines", without_last),
        "the cleaner loses a payment of a ticket": cleaned("sales", "payments", without_last),
        "the cleaner adds a cent to a header": cleaned("sales", "tickets", more("total")),
    },
    "unmapped_sales:complete": {
        "the source has a word without a meaning": in_file("payments", lambda text: text.replace("card", "barter")),
    },
    "mapped_inventory:shape": {
        "the mapper repeats a key": mapped("inventory", "opening_stock", twice),
        "the mapper adds a column": mapped("inventory", "opening_stock", lambda frame: frame.assign(more="x")),
        "the mapper drops a column": mapped("inventory", "opening_stock", lambda frame: frame.drop(columns="value")),
        "the mapper makes a quantity a float": mapped(
            "inventory", "opening_stock", lambda frame: frame.assign(quantity=frame["quantity"].astype("float64"))
        ),
        "the mapper puts a barcode into a quantity": mapped("inventory", "opening_stock", first("quantity", Decimal(SHARED_BARCODE))),
        "stock of an item that is not there": mapped("inventory", "opening_stock", first("item_code", NOBODY)),
        "the mapper writes to another store": mapped("inventory", "opening_stock", elsewhere),
        "the mapper loses a row that its ledger calls loaded": mapped("inventory", "opening_stock", without_last),
        "the mapper exchanges two quantities": mapped("inventory", "opening_stock", swapped("quantity")),
    },
    "mapped_products:shape": {
        "the mapper repeats an item": mapped("products", "item", twice),
        "the mapper empties a required value": mapped("products", "item", first("name", None)),
        "the mapper cuts names": mapped("products", "item", lambda frame: frame.assign(name=frame["name"].str[:5])),
    },
    "mapped_sales:shape": {
        "the mapper writes a word the ERP does not know": mapped("sales", "payment", first("method", "barter")),
        "the mapper names an item that is not there": mapped("sales", "ticket_line", first("item_code", NOBODY)),
        "the mapper names a member that is not there": mapped("sales", "ticket", first("member_code", NOBODY)),
        "the mapper pays another ticket": mapped("sales", "payment", first("ticket_no", NOBODY)),
        "the mapper gives a ticket to another day": mapped("sales", "ticket", first("sold_at", pd.Timestamp(2026, 2, 1))),
        "the mapper adds a cent to a line": mapped("sales", "ticket_line", more("amount")),
        "the mapper makes up the net of a line without a tax rate": mapped("sales", "ticket_line", first("net_amount", Decimal(1))),
    },
    "mapped_inventory:conservation": {
        "the cleaner loses a row": cleaned("inventory", "stock", without_last),
        "the mapper loses a row and its outcome": in_mapping("inventory", lost_with_its_ledger),
        "the mapper loses an outcome": in_mapping("inventory", only_the_ledger),
    },
    "mapped_suppliers:conservation": {"the cleaner gives a row two outcomes": in_cleaning("suppliers", two_outcomes)},
    "loaded_sales:expectations": {
        "the loader adds a cent to a line": loaded("ticket_line", more("amount")),
        "the loader loses a payment of two": in_erp("payment", {"ticket_no": f"{STORE}T1", "payment_no": 2}, {}),
        "a net of the ERP came without a tax rate": in_erp("ticket_line", {"ticket_no": f"{STORE}T2"}, {"net_amount": 1, "tax_amount": 1}),
        "a header of the ERP is not its lines": in_erp("ticket", {"ticket_no": f"{STORE}T1"}, {"rounding": 1}),
    },
    "loaded_products:expectations": {"a barcode of the ERP is none": in_erp("item_barcode", BARCODE, {"barcode": "X"})},
    "reconciled_suppliers:reconciliation": {
        "the loader adds a cent to a balance": loaded("supplier_balance", more("balance")),
        "cleaning adds a cent to a balance": cleaned("suppliers", "suppliers", more("balance", "_money")),
    },
    "reconciled_inventory:reconciliation": {
        "the loader loses a row": in_erp("opening_stock", {"item_code": OWN_ITEM}, {}),
        "the loader writes to another store": in_erp("opening_stock", {"item_code": OWN_ITEM}, {"store_code": BYSTANDER}),
        "the mapper invents a row": mapped(
            "inventory", "opening_stock", invented({"item_code": f"P{BYSTANDER}-{BYSTANDER}-2", "quantity": 0, "value": 0})
        ),
    },
    "reconciled_products:reconciliation": {
        "a price changed in the ERP after the load": in_erp("item_price", {"item_code": OWN_ITEM}, {"sell_price": 9}),
        "a barcode of the ERP is another good one": in_erp("item_barcode", BARCODE, {"barcode": "6901028000024"}),
        "a barcode of the ERP names another item": in_erp("item_barcode", BARCODE, {"item_code": OWN_ITEM}),
        "a name changed in the ERP": in_erp("item", {"item_code": OWN_ITEM}, {"name": "Other"}),
        "a value of the ERP was deleted": in_erp("item", {"item_code": OWN_ITEM}, {"supplier_code": None}),
    },
    "reconciled_sales:reconciliation": {
        "the loader loses the only payment": in_erp("payment", {"ticket_no": f"{STORE}T2"}, {}),
        "a way to pay changed in the ERP": in_erp("payment", {"ticket_no": f"{STORE}T2"}, {"method": "wechat"}),
        "cleaning adds a cent to every table alike": in_cleaning("sales", a_cent_in_every_table),
    },
    "reconciled_products:probes": {
        "the ERP finds no barcode": at_the_counter("by_barcode"),
        "the ERP finds no name": at_the_counter("by_name"),
    },
    "reconciled_inventory:probes": {"the ERP finds no stock": at_the_counter("stock")},
    "reconciled_members:probes": {"the ERP finds no card": at_the_counter("points")},
}
"""`<asset>:<check>` that must stop the store -> what is wrong, in words -> how it is planted."""


def _faults() -> Iterator[Fault]:
    for caught_by, plants in BY_CHECK.items():
        yield from (Fault(name, caught_by, plant) for name, plant in plants.items())


FAULTS = tuple(_faults())
