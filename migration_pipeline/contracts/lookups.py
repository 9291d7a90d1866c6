"""What a person at the counter asks an ERP, as every ERP adapter answers it by the ERP's own means.

Belongs here: the questions. Does not belong here: answers (`loaded/targets/`), what is asked and expected (`reconciled/probes.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pandas as pd
import pyarrow as pa

TICKET_TABLES = ("ticket", "ticket_line", "payment")
_TEXT = pa.string()
BY_BARCODE = pa.schema([("barcode", _TEXT), ("item_code", _TEXT), ("unit_code", _TEXT), ("ratio", pa.decimal128(18, 6))])
BY_NAME = pa.schema([("name", _TEXT), ("item_code", _TEXT), ("unit_code", _TEXT)])
STOCK = pa.schema([("warehouse_code", _TEXT), ("item_code", _TEXT), ("quantity", pa.decimal128(18, 3))])
POINTS = pa.schema([("card_no", _TEXT), ("points", pa.decimal128(18, 2))])
"""Columns of the answers: texts, exact decimals."""


class Lookups(Protocol):
    """Questions about some things of one store; what the ERP does not know is absent from the answer."""

    def by_barcode(self, store: str, barcodes: Sequence[str]) -> pd.DataFrame:
        """`BY_BARCODE`: the items with these barcodes, and the store's packs; `ratio`: base units that are sold at one scan."""
        ...

    def by_name(self, names: Sequence[str]) -> pd.DataFrame:
        """`BY_NAME`: the items of exactly these names, with their base unit."""
        ...

    def stock(self, store: str, items: Sequence[str]) -> pd.DataFrame:
        """`STOCK`: what the store has of these items, in base units, by warehouse."""
        ...

    def points(self, store: str, cards: Sequence[str]) -> pd.DataFrame:
        """`POINTS`: the points that the store's cards stand for."""
        ...

    def tickets(self, store: str, numbers: Sequence[str]) -> Mapping[str, pd.DataFrame]:
        """The rows of these tickets by ERP table (`TICKET_TABLES`), with all columns."""
        ...
