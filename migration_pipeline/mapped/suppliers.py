"""Mapping suppliers: one ERP supplier for the same tax id (or, without one, the same name), balances per store."""

from types import MappingProxyType

import pandas as pd

from migration_pipeline.contracts.datasets import SUPPLIERS
from migration_pipeline.contracts.identifiers import is_tax_id, plain_name
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.address_parts import PACKED, PARTS, packed, unpacked
from migration_pipeline.mapped.codes import wanted_codes
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.erp_rows import erp_rows, golden_rows
from migration_pipeline.mapped.lengths import fitting, fitting_golden
from migration_pipeline.mapped.records import MappedTable, as_fields, assigned, identities, with_erp_words

_FIELDS = ("name", "contact", "phone", PACKED, "tax_id")
_TEXTS = MappingProxyType({name: name for name in ("name", "contact", "phone", "tax_id", *PARTS)})
"""Texts of the ERP's supplier, named as the canonical columns are."""


def to_erp(cleaned: StageOutput, context: MappingContext) -> tuple[dict[str, pd.DataFrame], dict[str, MappedTable]]:
    """ERP tables supplier and supplier_balance."""
    mapped = with_erp_words(MappedTable(SUPPLIERS.table("suppliers"), cleaned.tables["suppliers"]), context)
    mapped = fitting(mapped, context, "supplier", _TEXTS)
    mapped = assigned(mapped, context, "suppliers", _records(mapped.rows, context))
    golden = unpacked(context.crosswalk.golden("suppliers", mapped.rows["erp_key"].unique()))
    mapped, golden = fitting_golden(mapped, context, "supplier", "supplier_code", golden)
    rows = mapped.rows
    balance = rows.groupby("erp_key")["balance"].sum()
    tables = {
        "supplier": golden_rows("supplier", "supplier_code", golden),
        "supplier_balance": erp_rows(
            "supplier_balance",
            {"supplier_code": balance.index.to_series(), "store_code": context.store, "balance": balance},
            balance.index,
        ),
    }
    return tables, {"suppliers": mapped.without(~rows["_owner"], "same_record", detail=rows["_decided"], target_key=rows["erp_key"])}


def _records(rows: pd.DataFrame, context: MappingContext) -> pd.DataFrame:
    tax_id = rows["tax_id"].where(is_tax_id(rows["tax_id"]))
    return pd.DataFrame(
        {
            "source_key": rows["supplier_code"],
            **wanted_codes(context.codes_of("suppliers").scheme, context.store, {"code": rows["supplier_code"], "tax_id": tax_id}),
            "identities": identities([("tax_id", tax_id), ("name", plain_name(rows["name"]))], rows.index),
            "updated_at": rows["updated_at"],
            "fields": as_fields(packed(rows), _FIELDS),
        }
    )
