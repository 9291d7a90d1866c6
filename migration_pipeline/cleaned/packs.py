"""Packs of a product (箱, 件 ...): how many base units one holds, and the barcode on it.

Belongs here: rules of the table packs. Does not belong here: units as the ERP writes them (`mapped/packs.py`), sets of different items
(组合), which are no packs.
"""

from collections.abc import Mapping

import pandas as pd

from migration_pipeline.cleaned.folding import fold_by_key
from migration_pipeline.cleaned.policies import Mask, apply_all
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.barcodes import canonical_gtin
from migration_pipeline.contracts.texts import among
from migration_pipeline.contracts.vocabularies import translate
from migration_pipeline.project.source import SourceSpec


def with_pack_rules(packs: CleanTable, products: pd.DataFrame | None, source: SourceSpec) -> CleanTable:
    """Packs that can be counted with: one ratio per product and unit, no ratio that says nothing.

    Args:
        packs: the typed table.
        products: the products that go on, or None where this source has none; then packs are not compared with them.
        source: value maps and policies.
    """
    masks: dict[str, Mask] = {"bad_pack_ratio": _bad_ratio}
    if products is not None:
        masks["pack_base_unit"] = lambda frame: _is_base_unit(frame, products, source.value_maps.get("unit", {}))
        masks["pack_barcode_on_single"] = lambda frame: _is_single(frame["barcode"], products)
    packs = apply_all(packs, masks, source.policies)
    packs = packs.marked(_several_ratios(packs.frame), "pack_conflict", "ratio")
    return fold_by_key(packs, packs.table.key)


def _bad_ratio(frame: pd.DataFrame) -> "pd.Series[bool]":
    return frame["ratio"].isna() | (frame["ratio"] <= 0).fillna(True) | (frame["ratio"] == 1).fillna(True)


def _is_base_unit(packs: pd.DataFrame, products: pd.DataFrame, words: Mapping[str, str]) -> "pd.Series[bool]":
    base = products.drop_duplicates("product_code").set_index("product_code")["unit"]
    own, _ = translate(packs["unit"], "unit", words)
    other, _ = translate(packs["product_code"].map(base).astype("str"), "unit", words)
    return own.notna() & (own == other).fillna(False)


def _is_single(barcodes: "pd.Series[str]", products: pd.DataFrame) -> "pd.Series[bool]":
    """Barcodes that a product has, as its barcode or its code, however long they are written."""
    singles = pd.concat([products["barcode"], products["product_code"]]).dropna()
    return among(barcodes, singles) | among(canonical_gtin(barcodes), canonical_gtin(singles))


def _several_ratios(frame: pd.DataFrame) -> "pd.Series[bool]":
    alive = frame[frame["_reason"].isna()]
    ratios = alive.groupby(["product_code", "unit"])["ratio"].transform("nunique")
    return (ratios > 1).reindex(frame.index, fill_value=False)
