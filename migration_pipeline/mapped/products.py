"""Mapping products: one ERP item for the same GTIN however many digits it is written with, prices per store, coupons by item."""

from types import MappingProxyType

import pandas as pd

from migration_pipeline.contracts.barcodes import canonical_gtin
from migration_pipeline.contracts.datasets import PRODUCTS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.codes import wanted_codes
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.erp_rows import erp_rows, golden_rows
from migration_pipeline.mapped.lengths import fitting, fitting_golden, fitting_reference
from migration_pipeline.mapped.packs import packs_to_erp
from migration_pipeline.mapped.records import MappedTable, as_fields, assigned, identities, references, with_erp_words

_FIELDS = ("name", "category", "brand", "spec", "unit_code", "weighed", "kind", "status", "tax_rate", "supplier_code", "updated_at")
_COUPON = ("coupon_code", "product_code", "campaign")
_TEXTS = MappingProxyType({"unit_code": "unit", **{name: name for name in ("name", "category", "brand", "spec", "kind", "status")}})
"""Columns of the ERP's item that a product says itself -> canonical columns."""


def to_erp(cleaned: StageOutput, context: MappingContext) -> tuple[dict[str, pd.DataFrame], dict[str, MappedTable]]:
    """ERP tables item, item_barcode, item_price, item_pack and coupon_item."""
    tables: dict[str, pd.DataFrame] = {}
    done: dict[str, MappedTable] = {}
    if "products" in cleaned.tables:
        tables, done["products"] = _items(cleaned.tables["products"], context)
    if "packs" in cleaned.tables:
        tables["item_pack"], done["packs"] = packs_to_erp(cleaned.tables["packs"], context)
    if "coupons" in cleaned.tables:
        tables["coupon_item"], done["coupons"] = _coupons(cleaned.tables["coupons"], context)
    return tables, done


def _items(cleaned: pd.DataFrame, context: MappingContext) -> tuple[dict[str, pd.DataFrame], MappedTable]:
    mapped = with_erp_words(MappedTable(PRODUCTS.table("products"), cleaned), context)
    mapped = fitting(mapped, context, "item", _TEXTS)
    mapped = fitting(_with_gtin(mapped), context, "item_barcode", {"barcode": "gtin"})
    supplier = references(context, "suppliers", mapped.rows["supplier_code"])
    mapped = mapped.noted("supplier", "unknown_supplier", int((mapped.rows["supplier_code"].notna() & supplier.isna()).sum()))
    mapped = mapped.having(erp_supplier=supplier)
    mapped = fitting_reference(mapped, context, "suppliers", "supplier_code", "erp_supplier")
    mapped = assigned(mapped, context, "products", _records(mapped.rows, supplier, context))
    golden = context.crosswalk.golden("products", mapped.rows["erp_key"].unique())
    mapped, golden = fitting_golden(mapped, context, "item", "item_code", golden)
    rows = mapped.rows
    tables = {
        "item": golden_rows("item", "item_code", golden),
        "item_barcode": _barcodes(rows),
        "item_price": _prices(rows, context.store),
    }
    return tables, mapped.without(~rows["_owner"], "same_record", detail=rows["_decided"], target_key=rows["erp_key"])


def _with_gtin(mapped: MappedTable) -> MappedTable:
    return mapped.having(gtin=canonical_gtin(mapped.rows["barcode"]))


def _records(rows: pd.DataFrame, supplier: "pd.Series[str]", context: MappingContext) -> pd.DataFrame:
    fields = rows.assign(unit_code=rows["unit"], supplier_code=supplier, weighed=rows["weighed"].astype("str").str.lower())
    return pd.DataFrame(
        {
            "source_key": rows["product_code"],
            **wanted_codes(context.codes_of("products").scheme, context.store, {"code": rows["product_code"], "gtin": rows["gtin"]}),
            "identities": identities([("gtin", rows["gtin"])], rows.index),
            "updated_at": rows["updated_at"],
            "fields": as_fields(fields, _FIELDS),
        }
    )


def _barcodes(rows: pd.DataFrame) -> pd.DataFrame:
    """Only valid GTINs are company-wide barcodes; in-store codes mean another thing in every store."""
    known = rows.dropna(subset=["gtin"]).drop_duplicates("gtin")
    return erp_rows("item_barcode", {"barcode": known["gtin"], "item_code": known["erp_key"]}, known.index)


def _prices(rows: pd.DataFrame, store: str) -> pd.DataFrame:
    """One price row per item of the store; of several source codes for one item the newest counts."""
    newest = rows.sort_values("updated_at", ascending=False, na_position="last", kind="stable").drop_duplicates("erp_key").sort_index()
    prices: dict[str, object] = {name: newest[name] for name in ("sell_price", "cost_price", "member_price")}
    return erp_rows("item_price", {"store_code": store, "item_code": newest["erp_key"], **prices}, newest.index)


def _coupons(cleaned: pd.DataFrame, context: MappingContext) -> tuple[pd.DataFrame, MappedTable]:
    mapped = fitting(MappedTable(PRODUCTS.table("coupons"), cleaned), context, "coupon_item", {name: name for name in _COUPON})
    cleaned = mapped.rows
    item = references(context, "products", cleaned["product_code"])
    mapped = mapped.noted("product", "unknown_coupon_product", int(item.isna().sum()))
    key = cleaned["coupon_code"] + "|" + cleaned["product_code"] + "|" + cleaned["campaign"]
    mapped = mapped.having(erp_key=key)
    columns: dict[str, object] = {name: cleaned[name] for name in _COUPON}
    return erp_rows("coupon_item", {**columns, "item_code": item}, cleaned.index), mapped
