"""Cleaning products, packs and coupons: one row per product code of the store; doubtful barcodes and clashing codes are flagged."""

from collections.abc import Mapping

import pandas as pd

from migration_pipeline.cleaned import known_lists
from migration_pipeline.cleaned.coupons import clean_coupons
from migration_pipeline.cleaned.doubtful_text import cut_names, has_emoji, nothing_in_common
from migration_pipeline.cleaned.folding import fold_by_key, with_fallbacks
from migration_pipeline.cleaned.packs import with_pack_rules
from migration_pipeline.cleaned.policies import Mask, apply_all
from migration_pipeline.cleaned.price_outliers import prices_disagree
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.barcodes import canonical_gtin, inner_gtin, lost_its_zero
from migration_pipeline.contracts.datasets import PRODUCTS
from migration_pipeline.contracts.identifiers import is_gtin
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.texts import among
from migration_pipeline.contracts.vocabularies import translate
from migration_pipeline.project.source import SourceSpec

_PRICES = ("sell_price", "cost_price", "member_price")
_BY_WEIGHT = ("KG", "G")


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed products and, where the source has them, packs and coupons."""
    specs = source.datasets["products"]
    done = {}
    if "products" in specs:
        table = PRODUCTS.table("products")
        products = clean_table(table, raw.tables["products"], specs["products"], source)
        products = apply_all(products, {**_masks(source), **known_lists.masks(raw.tables["products"], source)}, source.policies)
        done["products"] = with_fallbacks(fold_by_key(products, table.key), specs["products"])
    if "packs" in specs:
        packs = clean_table(PRODUCTS.table("packs"), raw.tables["packs"], specs["packs"], source)
        done["packs"] = with_pack_rules(packs, done["products"].alive if "products" in done else None, source)
    if "coupons" in specs:
        done["coupons"] = clean_coupons(raw, source)
    return done


def _masks(source: SourceSpec) -> Mapping[str, Mask]:
    masks: dict[str, Mask] = {
        "bad_barcode": lambda frame: frame["barcode"].notna() & ~is_gtin(frame["barcode"]),
        "barcode_zero_lost": lambda frame: lost_its_zero(frame["barcode"]),
        "shared_barcode": _shared_barcode,
        "pack_gtin": lambda frame: among(inner_gtin(frame["barcode"]), canonical_gtin(frame["barcode"])),
        "case_clash": _case_clash,
        "name_conflict": lambda frame: _other_name(frame) & ~_recycled(frame),
        "recycled_code": _recycled,
        "zero_price": lambda frame: frame["sell_price"] == 0,
        "negative_price": lambda frame: (frame[list(_PRICES)] < 0).any(axis=1),
        "price_100x": lambda frame: prices_disagree(frame, _PRICES),
        "truncated_item_name": lambda frame: cut_names(frame["name"]),
        "emoji_in_item_name": lambda frame: has_emoji(frame["name"]),
    }
    spec = source.datasets["products"]["products"]
    if {"weighed", "unit"} <= {*spec.columns, *spec.constants}:
        masks["weighed_unit"] = lambda frame: _weighed_unit(frame, source)
    return masks


def _alive(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["_reason"].isna()]


def _first_of(frame: pd.DataFrame, key: str, value: str) -> "pd.Series[str]":
    """Per row of a key that comes twice the value of the first row of it that goes on, aligned with the frame; else missing."""
    twice = frame.loc[frame[key].notna() & frame[key].duplicated(keep=False), ["_reason", key, value]]
    first = _alive(twice).dropna(subset=[value]).drop_duplicates(key).set_index(key)[value]
    return twice[key].map(first).astype("str").reindex(frame.index)


def _other_name(frame: pd.DataFrame) -> "pd.Series[bool]":
    first = _first_of(frame, "product_code", "name")
    return frame["name"].notna() & first.notna() & (frame["name"] != first)


def _recycled(frame: pd.DataFrame) -> "pd.Series[bool]":
    return _strange_name(frame, _other_name(frame), "product_code")


def _shared_barcode(frame: pd.DataFrame) -> "pd.Series[bool]":
    frame = frame.assign(barcode=canonical_gtin(frame["barcode"]))
    first = _first_of(frame, "barcode", "product_code")
    elsewhere = first.notna() & (frame["product_code"] != first).fillna(False)
    return _strange_name(frame, elsewhere, "barcode")


def _strange_name(frame: pd.DataFrame, doubtful: "pd.Series[bool]", key: str) -> "pd.Series[bool]":
    """Of some rows those whose name has nothing in common with the one of their key's first row."""
    first = _first_of(frame, key, "name")
    return nothing_in_common(frame.loc[doubtful, "name"], first[doubtful]).reindex(frame.index, fill_value=False)


def _case_clash(frame: pd.DataFrame) -> "pd.Series[bool]":
    codes = frame["product_code"]
    upper = frame[["_reason", "product_code"]].assign(_upper=codes.str.upper())
    first = _first_of(upper, "_upper", "product_code")
    repeated = codes.duplicated()
    return codes.notna() & first.notna() & (codes != first) & ~repeated


def _weighed_unit(frame: pd.DataFrame, source: SourceSpec) -> "pd.Series[bool]":
    """Weighed but counted in pieces, or in kilograms or grams but not weighed; other units tell nothing."""
    units, _ = translate(frame["unit"], "unit", source.value_maps.get("unit", {}))
    weighed = frame["weighed"].fillna(False).astype(bool)
    return (weighed & (units == "PCS")) | (~weighed & units.isin(_BY_WEIGHT))
