"""Mapping suppliers: one ERP supplier for the same tax id (or, without one, the same name), balances per store."""

import pandas as pd

from migration_pipeline.contracts.datasets import SUPPLIERS
from migration_pipeline.contracts.identifiers import is_tax_id, plain_name
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.erp_rows import erp_rows, golden_rows
from migration_pipeline.mapped.records import MappedTable, as_fields, assigned, identities, with_erp_words

_FIELDS = ("name", "contact", "phone", "address", "tax_id")


def to_erp(cleaned: StageOutput, context: MappingContext) -> tuple[dict[str, pd.DataFrame], dict[str, MappedTable]]:
    """ERP tables supplier and supplier_balance."""
    mapped = with_erp_words(MappedTable(SUPPLIERS.table("suppliers"), cleaned.tables["suppliers"]), context)
    mapped = assigned(mapped, context, "suppliers", _records(mapped.rows, context.store))
    rows = mapped.rows
    balance = rows.groupby("erp_key")["balance"].sum()
    tables = {
        "supplier": golden_rows("supplier", "supplier_code", context.crosswalk.golden("suppliers", rows["erp_key"].unique())),
        "supplier_balance": erp_rows(
            "supplier_balance",
            {"supplier_code": balance.index.to_series(), "store_code": context.store, "balance": balance},
            balance.index,
        ),
    }
    return tables, {"suppliers": mapped.without(~rows["_owner"], "same_record", detail=rows["_decided"], target_key=rows["erp_key"])}


def _records(rows: pd.DataFrame, store: str) -> pd.DataFrame:
    tax_id = rows["tax_id"].where(is_tax_id(rows["tax_id"]))
    hint = ("S" + tax_id).fillna("S" + store + "-" + rows["supplier_code"])
    return pd.DataFrame(
        {
            "source_key": rows["supplier_code"],
            "code_hint": hint,
            "identities": identities([("tax_id", tax_id), ("name", plain_name(rows["name"]))], rows.index),
            "updated_at": rows["updated_at"],
            "fields": as_fields(rows, _FIELDS),
        }
    )
