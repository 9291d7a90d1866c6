"""Tryton asked like at its screens: fulfils `contracts.lookups.Lookups`.

Stock is Tryton's own forecast of a location (moves that are drafts count), barcodes and names are searched among its products. Packs and
tickets are attachments (`attachments.py`), found by their names.
Belongs here: those questions. Does not belong here: reading whole tables (`groups.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.lookups import BY_BARCODE, BY_NAME, POINTS, STOCK
from migration_pipeline.loaded.targets.tryton.attachments import read_tickets
from migration_pipeline.loaded.targets.tryton.groups import read_rows
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import frame_of
from migration_pipeline.loaded.targets.tryton.rpc import READ_AT_ONCE, Client, Record, parts
from migration_pipeline.runtime.bulk_copy import house_frame

_UNIT = "template.default_uom"


@dataclass(frozen=True)
class TrytonLookups:
    """Questions in one session."""

    client: Client

    def by_barcode(self, store: str, barcodes: Sequence[str]) -> pd.DataFrame:
        """`BY_BARCODE`: products found by an identifier, and packs of the store."""
        place, one = Place(self.client), Decimal(1)
        named = self.client.rows_among("product.identifier", "code", list(barcodes), ["code", "product.code", "product.default_uom.symbol"])
        rows = [(row["code"], row["product."]["code"], row["product."]["default_uom."]["symbol"], one) for row in named]
        packs = read_rows(place, "item_pack", store).values()
        rows += [(row["barcode"], row["item_code"], row["unit_code"], row["ratio"]) for row in packs if row["barcode"] in set(barcodes)]
        return _frame(rows, BY_BARCODE)

    def by_name(self, names: Sequence[str]) -> pd.DataFrame:
        """`BY_NAME`."""
        found = self.client.rows_among("product.product", "template.name", list(names), ["code", "template.name", f"{_UNIT}.symbol"])
        return _frame([(r["template."]["name"], r["code"], r["template."]["default_uom."]["symbol"]) for r in found], BY_NAME)

    def stock(self, store: str, items: Sequence[str]) -> pd.DataFrame:
        """`STOCK`."""
        locations = Place(self.client).store(store).locations
        rows = [
            (warehouse, product["code"], Decimal(product["forecast_quantity"]).quantize(Decimal("0.001")))
            for warehouse, location in locations.items()
            for product in self._products(items, location)
        ]
        return _frame(rows, STOCK)

    def points(self, store: str, cards: Sequence[str]) -> pd.DataFrame:
        """`POINTS`."""
        place = Place(self.client)
        members = {key[1]: row["member_code"] for key, row in read_rows(place, "member_card", store, [(store, c) for c in cards]).items()}
        held = read_rows(place, "member_balance", store, [(member, store) for member in dict.fromkeys(members.values())])
        return _frame([(c, held[m, store]["points"]) for c, m in members.items() if (m, store) in held], POINTS)

    def tickets(self, store: str, numbers: Sequence[str]) -> Mapping[str, pd.DataFrame]:
        """Their rows by ERP table."""
        return {name: frame_of(erp_table(name), rows) for name, rows in read_tickets(Place(self.client), store, numbers).items()}

    def _products(self, items: Sequence[str], location: int) -> list[Record]:
        context = {"locations": [location]}
        found: list[Record] = []
        for part in parts(sorted(set(items)), READ_AT_ONCE):
            wanted, fields = [["code", "in", list(part)]], ["code", "forecast_quantity"]
            found += self.client.call("model.product.product.search_read", wanted, 0, None, None, fields, context=context)
        return found


def _frame(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pd.DataFrame:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return house_frame(pa.table([pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema))
