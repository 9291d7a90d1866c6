"""Mapping products: one ERP item for the same GTIN, prices per store, coupons by item."""

import pandas as pd

from migration_pipeline.contracts.datasets import PRODUCTS
from migration_pipeline.contracts.identifiers import is_gtin
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.erp_rows import erp_rows, golden_rows
from migration_pipeline.mapped.records import MappedTable, as_fields, assigned, identities, references, with_erp_words

_FIELDS = ("name", "category", "brand", "spec", "unit_code", "weighed", "kind", "status", "tax_rate", "supplier_code")


def to_erp(cleaned: StageOutput, context: MappingContext) -> tuple[dict[str, pd.DataFrame], dict[str, MappedTable]]:
    """ERP tables item, item_barcode, item_price and coupon_item."""
    tables: dict[str, pd.DataFrame] = {}
    done: dict[str, MappedTable] = {}
    if "products" in cleaned.tables:
        tables, done["products"] = _items(cleaned.tables["products"], context)
    if "coupons" in cleaned.tables:
        tables["coupon_item"], done["coupons"] = _coupons(cleaned.tables["coupons"], context)
    return tables, done


def _items(cleaned: pd.DataFrame, context: MappingContext) -> tuple[dict[str, pd.DataFrame], MappedTable]:
    mapped = with_erp_words(MappedTable(PRODUCTS.table("products"), cleaned), context)
    supplier = references(context, "suppliers", mapped.rows["supplier_code"])
    mapped = mapped.noted("supplier", "unknown_supplier", int((mapped.rows["supplier_code"].notna() & supplier.isna()).sum()))
    gtin = mapped.rows["barcode"].where(is_gtin(mapped.rows["barcode"]))
    mapped = assigned(mapped, context, "products", _records(mapped.rows, gtin, supplier, context.store))
    rows = mapped.rows.assign(gtin=gtin)
    tables = {
        "item": golden_rows("item", "item_code", context.crosswalk.golden("products", rows["erp_key"].unique())),
        "item_barcode": _barcodes(rows),
        "item_price": _prices(rows, context.store),
    }
    return tables, mapped.without(~rows["_owner"], "same_record", detail=rows["_decided"], target_key=rows["erp_key"])


def _records(rows: pd.DataFrame, gtin: "pd.Series[str]", supplier: "pd.Series[str]", store: str) -> pd.DataFrame:
    fields = rows.assign(unit_code=rows["unit"], supplier_code=supplier, weighed=rows["weighed"].astype("str").str.lower())
    return pd.DataFrame(
        {
            "source_key": rows["product_code"],
            "code_hint": ("P" + gtin).fillna("P" + store + "-" + rows["product_code"]),
            "identities": identities([("gtin", gtin)], rows.index),
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
    mapped = MappedTable(PRODUCTS.table("coupons"), cleaned)
    item = references(context, "products", cleaned["product_code"])
    mapped = mapped.noted("product", "unknown_coupon_product", int(item.isna().sum()))
    key = cleaned["coupon_code"] + "|" + cleaned["product_code"] + "|" + cleaned["campaign"]
    mapped = MappedTable(mapped.table, cleaned.assign(erp_key=key), mapped.ended, mapped.findings)
    columns: dict[str, object] = {name: cleaned[name] for name in ("coupon_code", "product_code", "campaign")}
    return erp_rows("coupon_item", {**columns, "item_code": item}, cleaned.index), mapped
