"""One entry to mapping: the dataset's module, then ERP tables and the ledger rows that wait for the load."""

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd

from migration_pipeline.contracts.frames import rows_where
from migration_pipeline.contracts.ledger import entries, joined
from migration_pipeline.contracts.reasons import Outcome
from migration_pipeline.contracts.stage_output import PENDING, StageOutput, findings_frame
from migration_pipeline.contracts.texts import among, looked_up
from migration_pipeline.mapped import inventory, members, products, sales, suppliers
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.pack_units import in_base_units
from migration_pipeline.mapped.records import MappedTable

Mapper = Callable[[StageOutput, MappingContext], tuple[dict[str, pd.DataFrame], dict[str, MappedTable]]]
MAPPERS: MappingProxyType[str, Mapper] = MappingProxyType(
    {
        "suppliers": suppliers.to_erp,
        "products": products.to_erp,
        "members": members.to_erp,
        "inventory": inventory.to_erp,
        "sales": sales.to_erp,
    }
)


def map_to_erp(dataset: str, cleaned: StageOutput, context: MappingContext) -> StageOutput:
    """ERP tables of one store x dataset; outcomes and findings of earlier stages are carried on."""
    counted = in_base_units(cleaned, context)
    cleaned = counted.output
    tables, done = MAPPERS[dataset](cleaned, context)
    ended = joined(part for mapped in done.values() for part in mapped.ended)
    pending = [_pending(mapped) for mapped in done.values()]
    found = findings_frame([*counted.findings, *(finding for mapped in done.values() for finding in mapped.findings)])
    return StageOutput(
        extract_id=cleaned.extract_id,
        tables={**tables, PENDING: joined(pending)},
        outcomes=joined([_following(cleaned.outcomes, ended), ended]),
        findings=pd.concat([cleaned.findings, found], ignore_index=True),
        facts=cleaned.facts,
    )


def _following(earlier: pd.DataFrame, ended: pd.DataFrame) -> pd.DataFrame:
    """Rows that cleaning folded into one that is rejected now are not in the ERP either: they are rejected with it."""
    rejected = ended[ended["outcome"] == Outcome.REJECTED]
    folded = earlier["reason"] == "duplicate_key"
    for table in rejected["table"].unique():
        theirs = rejected[rejected["table"] == table]
        hit = rows_where(earlier, folded & (earlier["table"] == table))
        hit = hit[among(hit["detail"], theirs["row_id"])]
        if len(hit):
            reason = looked_up(hit["detail"], theirs["row_id"], theirs["reason"])
            earlier = earlier.copy()
            earlier.loc[hit.index, ["outcome", "stage"]] = [str(Outcome.REJECTED), "mapped"]
            earlier.loc[hit.index, "reason"] = reason
    return earlier


def _pending(mapped: MappedTable) -> pd.DataFrame:
    own = mapped.rows["_row_id"] != ""
    rows = mapped.rows if own.all() else rows_where(mapped.rows, own)
    return entries(mapped.table, rows, "loaded", "loaded", target_key=rows["erp_key"])
