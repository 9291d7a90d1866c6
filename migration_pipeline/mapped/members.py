"""Mapping members: one ERP member for the same phone and name (never the phone alone), balances added per store, every card kept."""

from types import MappingProxyType

import pandas as pd

from migration_pipeline.contracts.datasets import MEMBERS
from migration_pipeline.contracts.identifiers import is_mobile, plain_name
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.address_parts import PACKED, PARTS, packed, unpacked
from migration_pipeline.mapped.codes import wanted_codes
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.erp_rows import erp_rows, golden_rows
from migration_pipeline.mapped.lengths import fitting, fitting_golden
from migration_pipeline.mapped.records import MappedTable, as_fields, assigned, identities, with_erp_words

_FIELDS = ("name", "phone", "email", "gender", "birthday", PACKED, "tier", "opened_on", "status")
_TEXTS = MappingProxyType({name: name for name in ("name", "phone", "email", "gender", "tier", "status", *PARTS)})
"""Texts of the ERP's member, named as the canonical columns are."""
_BALANCES = ("points", "stored_principal", "stored_bonus")


def to_erp(cleaned: StageOutput, context: MappingContext) -> tuple[dict[str, pd.DataFrame], dict[str, MappedTable]]:
    """ERP tables member, member_card and member_balance."""
    mapped = with_erp_words(MappedTable(MEMBERS.table("members"), cleaned.tables["members"]), context)
    mapped = fitting(fitting(mapped, context, "member", _TEXTS), context, "member_card", {"card_no": "member_code"})
    mapped = assigned(mapped, context, "members", _records(mapped.rows, context))
    golden = unpacked(context.crosswalk.golden("members", mapped.rows["erp_key"].unique()))
    mapped, golden = fitting_golden(mapped, context, "member", "member_code", golden)
    rows = mapped.rows
    sums = rows.groupby("erp_key")[list(_BALANCES)].sum()
    balances: dict[str, object] = {name: sums[name] for name in _BALANCES}
    tables = {
        "member": golden_rows("member", "member_code", golden),
        "member_card": erp_rows(
            "member_card", {"store_code": context.store, "card_no": rows["member_code"], "member_code": rows["erp_key"]}, rows.index
        ),
        "member_balance": erp_rows(
            "member_balance", {"member_code": sums.index.to_series(), "store_code": context.store, **balances}, sums.index
        ),
    }
    return tables, {"members": mapped.without(~rows["_owner"], "same_record", detail=rows["_decided"], target_key=rows["erp_key"])}


def _records(rows: pd.DataFrame, context: MappingContext) -> pd.DataFrame:
    name = plain_name(rows["name"])
    person = (rows["phone"] + "|" + name).where(is_mobile(rows["phone"]) & (name != ""))
    return pd.DataFrame(
        {
            "source_key": rows["member_code"],
            **wanted_codes(context.codes_of("members").scheme, context.store, {"code": rows["member_code"]}),
            "identities": identities([("phone+name", person)], rows.index),
            "updated_at": rows["updated_at"],
            "fields": as_fields(packed(rows), _FIELDS),
        }
    )
