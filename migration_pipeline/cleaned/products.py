"""Cleaning products and coupons: one row per product code of the store; doubtful barcodes and clashing codes are flagged."""

import pandas as pd

from migration_pipeline.cleaned.folding import fold_by_key, with_fallbacks
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.datasets import PRODUCTS
from migration_pipeline.contracts.identifiers import is_gtin
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.source import SourceSpec


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed products and, where the source has them, coupons."""
    specs = source.datasets["products"]
    done = {}
    if "products" in specs:
        table = PRODUCTS.table("products")
        products = clean_table(table, raw.tables["products"], specs["products"], source)
        done["products"] = with_fallbacks(fold_by_key(_flagged(products), table.key), specs["products"])
    if "coupons" in specs:
        table = PRODUCTS.table("coupons")
        coupons = clean_table(table, raw.tables["coupons"], specs["coupons"], source)
        done["coupons"] = fold_by_key(coupons, table.key)
    return done


def _flagged(done: CleanTable) -> CleanTable:
    alive = done.frame[done.frame["_reason"].isna()]
    barcodes = alive["barcode"]
    done = done.noted("barcode", "bad_barcode", int((barcodes.notna() & ~is_gtin(barcodes)).sum()))
    codes = pd.Series(alive["product_code"].unique(), dtype="str")
    done = done.noted("code_case", "case_clash", int((codes.groupby(codes.str.upper()).size() > 1).sum()))
    names = alive[["product_code", "name"]].dropna().drop_duplicates()
    return done.noted("names_per_code", "name_conflict", int((names.groupby("product_code").size() > 1).sum()))
