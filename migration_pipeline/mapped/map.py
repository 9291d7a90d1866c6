"""One entry to mapping: the dataset's module, then ERP tables and the ledger rows that wait for the load."""

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd

from migration_pipeline.contracts.ledger import entries, joined
from migration_pipeline.contracts.stage_output import PENDING, StageOutput, findings_frame
from migration_pipeline.mapped import inventory, members, products, sales, suppliers
from migration_pipeline.mapped.context import MappingContext
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
    tables, done = MAPPERS[dataset](cleaned, context)
    pending = [_pending(mapped) for mapped in done.values()]
    found = findings_frame(finding for mapped in done.values() for finding in mapped.findings)
    return StageOutput(
        extract_id=cleaned.extract_id,
        tables={**tables, PENDING: joined(pending)},
        outcomes=joined([cleaned.outcomes, *(part for mapped in done.values() for part in mapped.ended)]),
        findings=pd.concat([cleaned.findings, found], ignore_index=True),
        facts=cleaned.facts,
    )


def _pending(mapped: MappedTable) -> pd.DataFrame:
    rows = mapped.rows[mapped.rows["_row_id"] != ""]
    return entries(mapped.table, rows, "loaded", "loaded", target_key=rows["erp_key"])
