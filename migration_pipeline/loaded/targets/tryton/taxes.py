"""Tax rates: one accounting category and one customer tax per rate, made on first use.

Belongs here: rates to ids and back. Does not belong here: items (`products.py`).
"""

from decimal import Decimal

from migration_pipeline.loaded.targets.tryton.names import TAX
from migration_pipeline.loaded.targets.tryton.place import Place


def tax_rates(place: Place) -> dict[int | None, Decimal]:
    """Accounting category -> its rate in percent; read from the tax, not from its name."""
    if "rates" not in place.memory:
        found = place.client.rows("product.category", [["accounting", "=", True]], ["customer_taxes"])
        numbers = [tax for row in found for tax in row["customer_taxes"]]
        rate = {row["id"]: row["rate"] for row in place.client.rows_among("account.tax", "id", numbers, ["rate"])}
        place.memory["rates"] = {row["id"]: rate[row["customer_taxes"][0]] * 100 for row in found if row["customer_taxes"]}
    known: dict[int | None, Decimal] = place.memory["rates"]
    return known


def tax_category(place: Place, percent: Decimal) -> int:
    """The accounting category of a rate."""
    known = {rate: number for number, rate in tax_rates(place).items() if number is not None}
    if percent not in known:
        name = f"VAT 增值税 {percent}%"
        account = place.accounts[TAX]
        tax = {
            "name": name,
            "description": name,
            "type": "percentage",
            "rate": percent / 100,
            "company": place.company["id"],
            "invoice_account": account,
            "credit_note_account": account,
        }
        made = place.client.create("account.tax", [tax])
        category = {"name": name, "accounting": True, "customer_taxes": [["add", made]]}
        known[percent] = place.client.create("product.category", [category])[0]
        tax_rates(place)[known[percent]] = percent
    return known[percent]
