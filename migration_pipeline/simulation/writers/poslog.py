"""A store system that exports POSLog-like XML tickets, a file per month, and English CSV master data in UTF-8 with a byte order mark.

Belongs here: its XML, files, headers and words. Does not belong here: how a CSV is written (`delimited.py`).
"""

from collections import defaultdict
from pathlib import Path
from xml.sax.saxutils import escape

from migration_pipeline.simulation.model import Row, StoreData, Ticket
from migration_pipeline.simulation.truth import Ledger
from migration_pipeline.simulation.writers.delimited import Dialect, Layout, in_words, write_csv

WORDS = {
    "unit": {"PCS": "EA", "KG": "KGM", "BOTTLE": "BTL", "BAG": "BAG", "BOX": "BX", "CAN": "CAN", "PACK": "PK", "SET": "SET"},
    "method": {
        "cash": "Cash", "wechat": "WeChatPay", "alipay": "Alipay", "unionpay": "UnionPay", "stored_value": "StoredValue",
        "points": "Points", "voucher": "Coupon",
    },
    "gender": {"male": "M", "female": "F"},
    "kind": {"sale": "Sale", "return": "Return"},
    "status": {"active": "Active", "inactive": "Inactive", "lost": "Lost"},
    "weighed": {"1": "Y", "0": "N"},
}  # fmt: skip

LAYOUTS = (
    Layout("suppliers", "suppliers", "suppliers.csv", (
        ("SupplierID", "supplier_code"), ("Name", "name"), ("Contact", "contact"), ("Phone", "phone"), ("Address", "address"),
        ("TaxID", "tax_id"), ("OpenBalance", "balance"), ("Updated", "updated_at"),
    )),
    Layout("products", "products", "items.csv", (
        ("ItemID", "product_code"), ("GTIN", "barcode"), ("Description", "name"), ("Size", "spec"), ("UOM", "unit"), ("Brand", "brand"),
        ("Department", "category"), ("Cost", "cost_price"), ("Price", "sell_price"), ("LoyaltyPrice", "member_price"),
        ("VatPercent", "tax_rate"),
        ("SupplierID", "supplier_code"), ("Weighed", "weighed"), ("Status", "status"), ("Updated", "updated_at"),
    )),
    Layout("members", "members", "customers.csv", (
        ("LoyaltyID", "member_code"), ("Name", "name"), ("Mobile", "phone"), ("Email", "email"), ("Gender", "gender"),
        ("Birthday", "birthday"),
        ("Address", "address"), ("Tier", "tier"), ("Points", "points"), ("Principal", "stored_principal"), ("Bonus", "stored_bonus"),
        ("Since", "opened_on"), ("Status", "status"), ("Updated", "updated_at"),
    )),
    Layout("inventory", "stock", "stock.csv", (
        ("ItemID", "product_code"), ("OnHand", "quantity"), ("AverageCost", "unit_cost"),
    )),
)  # fmt: skip


def write(data: StoreData, folder: Path, ledger: Ledger) -> None:
    """Write the masters and the monthly ticket files of one store and record every row."""
    (folder / "poslog").mkdir(parents=True, exist_ok=True)
    rows = {"suppliers": data.suppliers, "products": data.products, "members": data.members, "stock": data.stock}
    dialect = Dialect("utf-8-sig", WORDS, lambda _field, text, _line: text)
    for layout in LAYOUTS:
        write_csv(folder, layout, dialect, rows[layout.table], data.plan.id, ledger)
    months: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in data.tickets:
        months[ticket.header.fields["sold_at"][:7].replace("-", "")].append(ticket)
    for month, tickets in sorted(months.items()):
        _write_month(folder, f"poslog/poslog_{month}.xml", tickets, data.plan.id, ledger)


def _write_month(folder: Path, name: str, tickets: list[Ticket], store: str, ledger: Ledger) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<POSLog>\n')
        file.writelines(_transaction(ticket) for ticket in tickets)
        file.write("</POSLog>\n")
    parts = {
        "tickets": [ticket.header for ticket in tickets],
        "lines": [line for ticket in tickets for line in ticket.lines],
        "payments": [payment for ticket in tickets for payment in ticket.payments],
    }
    for table, rows in parts.items():
        for number, row in enumerate(rows, start=1):
            ledger.add(store, "sales", table, f"{name}:{number}", row)


def _transaction(ticket: Ticket) -> str:
    head = ticket.header.fields
    flags = {"void": ' CancelFlag="true"', "training": ' TrainingModeFlag="true"'}.get(head["status"], "")
    state = "Suspended" if head["status"] == "hung" else "Finished"
    lines = "".join(_line(row) for row in ticket.lines)
    tenders = "".join(_tender(row) for row in ticket.payments)
    return (
        f' <Transaction{flags} Status="{state}">\n'
        f"  <Header>{_element('TransactionID', head['ticket_no'])}{_element('WorkstationID', head['terminal'])}"
        f"{_element('OperatorID', head['cashier'])}{_element('EndDateTime', head['sold_at'].replace(' ', 'T'))}"
        f"{_element('LoyaltyID', head['member_code'])}</Header>\n"
        f'  <RetailTransaction Type="{in_words(WORDS, "kind", head["kind"])}">\n'
        f"{lines}{tenders}"
        f"   {_element('OriginalTransactionID', head['original_ticket_no'])}{_element('RoundingAmount', head['rounding'])}"
        f"{_element('TotalAmount', head['total'])}\n"
        "  </RetailTransaction>\n </Transaction>\n"
    )


def _line(row: Row) -> str:
    fields = row.fields
    return (
        f'   <LineItem seq="{fields["line_no"]}">{_element("ItemID", fields["product_code"])}{_element("Quantity", fields["quantity"])}'
        f"{_element('UnitPrice', fields['unit_price'])}{_element('Discount', fields['discount'])}"
        f"{_element('Amount', fields['amount'])}</LineItem>\n"
    )


def _tender(row: Row) -> str:
    method = in_words(WORDS, "method", row.fields["method"])
    return f'   <Tender seq="{row.fields["payment_no"]}" type="{escape(method)}">{_element("Amount", row.fields["amount"])}</Tender>\n'


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""
