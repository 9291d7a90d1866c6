"""Sale lines and stock that name a pack by its barcode, turned into base units: 2 cases of 24 are 48 pieces at a 24th of the price.

Belongs here: remembering the packs' barcodes and this conversion. Does not belong here: what a pack may be (`cleaned/packs.py`), the ERP's
table of packs (`packs.py`). The row's amount or value stays; what its quantity changes by is handed on and explained in reconciliation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.barcodes import canonical_gtin
from migration_pipeline.contracts.correction_amounts import UNIT_CONVERSION, UNIT_FACT, CorrectionAmount, as_fact
from migration_pipeline.contracts.money import MOST_QUANTITY, decimal_dtype, product, quotient, total
from migration_pipeline.contracts.stage_output import Finding, StageOutput
from migration_pipeline.contracts.texts import among
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.records import as_fields, identities

_PACKS = "packs"
_PRICES = MappingProxyType({"lines": "unit_price", "stock": "unit_cost"})
_FIELDS = ("product_code", "ratio")


@dataclass(frozen=True)
class InBaseUnits:
    """A cleaned output in base units, and what that changed."""

    output: StageOutput
    findings: list[Finding] = field(default_factory=list)


def remember_packs(rows: pd.DataFrame, context: MappingContext) -> None:
    """Put the packs that have a barcode of their own into the crosswalk; a barcode on two packs names neither."""
    packs = rows.assign(barcode=_written_once(rows["barcode"])).dropna(subset=["barcode"])
    packs = packs[~packs["barcode"].duplicated(keep=False)]
    if packs.empty:
        return
    frame = pd.DataFrame(
        {
            "source_key": packs["barcode"],
            "code_hint": context.store + "|" + packs["barcode"],
            "identities": identities([], packs.index),
            "updated_at": pd.Series(pd.NaT, index=packs.index, dtype="datetime64[us]"),
            "fields": as_fields(packs, _FIELDS),
        }
    )
    context.crosswalk.assign(_PACKS, context.store, context.run_id, frame)


def in_base_units(cleaned: StageOutput, context: MappingContext) -> InBaseUnits:
    """The rows whose product code is no product's but a pack's barcode, as rows of the product in it.

    Quantity x ratio, price or cost / ratio (4 places, half away from zero). A row whose quantity would not be exact to 3 places, or absurd,
    stays as it is, and so its product unknown.
    """
    tables = dict(cleaned.tables)
    findings: list[Finding] = []
    amounts: list[CorrectionAmount] = []
    for name in tables.keys() & _PRICES.keys():
        packs = _packs_named(tables[name]["product_code"], context)
        if packs.empty:
            continue
        tables[name], changed = _converted(tables[name], packs, _PRICES[name])
        findings += [Finding(name, "pack_barcode", UNIT_CONVERSION, "convert", len(changed))]
        amounts += _amounts(name, changed)
    if not findings:
        return InBaseUnits(cleaned)
    return InBaseUnits(replace(cleaned, tables=tables, facts={**cleaned.facts, UNIT_FACT: as_fact(amounts)}), findings)


def _packs_named(codes: "pd.Series[str]", context: MappingContext) -> pd.DataFrame:
    """Per product code that is a pack's barcode and no product's: `product` and `ratio`, by code."""
    known = context.crosswalk.lookup(_PACKS, context.reference_stores)
    if known.empty:
        return pd.DataFrame()
    written = pd.DataFrame({"code": codes.dropna().unique()}, dtype="str")
    written["source_key"] = _written_once(written["code"])
    found = known[among(known["source_key"], written["source_key"])]
    if found.empty:
        return pd.DataFrame()
    packs = context.crosswalk.golden(_PACKS, found["erp_key"].unique())
    named = written.merge(found[["source_key", "erp_key"]], on="source_key", how="inner", validate="m:1")
    named = named.merge(packs, on="erp_key", how="inner", validate="m:1")
    products = context.crosswalk.lookup("products", context.reference_stores, named["code"])
    named = named[~named["code"].isin(products["source_key"])]
    ratio = pa.array(named["ratio"], pa.string()).cast(pa.decimal128(18, 6))
    return named.assign(ratio=pd.Series(ratio, index=named.index, dtype=decimal_dtype(6))).set_index("code")[["product_code", "ratio"]]


def _written_once(barcodes: "pd.Series[str]") -> "pd.Series[str]":
    return canonical_gtin(barcodes).fillna(barcodes)


def _converted(rows: pd.DataFrame, packs: pd.DataFrame, price: str) -> tuple[pd.DataFrame, "pd.Series[Any]"]:
    """The rows in base units, and by how much the quantity of each that was converted fell (mostly below 0)."""
    hit = rows[among(rows["product_code"], packs.index.to_series())]
    ratio = hit["product_code"].map(packs["ratio"]).astype(decimal_dtype(6))
    quantity = product(hit["quantity"], ratio, 3)
    fits = ((quantity.abs() < MOST_QUANTITY) & (product(hit["quantity"], ratio, 9) == quantity)).fillna(False).astype(bool)
    hit, ratio, quantity = hit[fits], ratio[fits], quantity[fits]
    done = rows.copy()
    done.loc[hit.index, "product_code"] = hit["product_code"].map(packs["product_code"])
    done.loc[hit.index, "quantity"] = quantity
    done.loc[hit.index, "_quantity"] = quantity
    priced = hit.index[hit[price].notna()]
    done.loc[priced, price] = quotient(hit.loc[priced, price], ratio[priced], 4)
    return done, hit["quantity"] - quantity


def _amounts(table: str, changed: "pd.Series[Any]") -> Iterator[CorrectionAmount]:
    amount: Decimal = total(changed)
    if len(changed):
        yield CorrectionAmount(table, "quantity", int((changed != 0).sum()), amount, UNIT_CONVERSION)
