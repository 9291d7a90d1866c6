"""Opening stock of a store: one row per product and warehouse, valued at cost.

Belongs here: quantities and values. Does not belong here: which products there are (`catalogue.py`).
"""

from random import Random

from migration_pipeline.simulation.model import Row, StorePlan, half_away, quantity_text


def store_stock(rng: Random, plan: StorePlan, products: list[Row]) -> list[Row]:
    """One row per product code and warehouse; a few negative, a few zero. Codes that come twice have one stock."""
    distinct = {row.fields["product_code"]: row for row in products if row.shape == 0 and row.reason != "footer_row"}
    return [stock_row(plan, row, warehouse, _quantity(rng, row)) for row in distinct.values() for warehouse in plan.warehouses]


def stock_row(plan: StorePlan, product: Row, warehouse: str, quantity: int) -> Row:
    """A stock row of a product; what its product row ended with decides its own end."""
    cost = int(product.fields["x_cost"])
    value = half_away(quantity * cost, 10**5)
    fields = {
        "product_code": product.fields["product_code"],
        "warehouse": warehouse if plan.system != "poslog" else "",
        "quantity": quantity_text(quantity),
        "unit_cost": product.fields["cost_price"],
    }
    return Row(fields, money=value, quantity=quantity, reason=_reason(product), identity=product.identity)


def _reason(product: Row) -> str:
    if product.reason in {"loaded", "duplicate_key"}:
        return "loaded"
    return "damaged_code" if product.reason == "damaged_code" else "unknown_product"


def _quantity(rng: Random, product: Row) -> int:
    chance = rng.random()
    if chance < 0.03:
        return -1000 * rng.randrange(1, 12)
    if chance < 0.06:
        return 0
    if product.fields["weighed"] == "1":
        return rng.randrange(500, 80_000)
    return 1000 * rng.randrange(1, 240)
