"""One entry to cleaning: the dataset's module, then what goes on and what ended."""

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd

from migration_pipeline.cleaned import inventory, members, products, sales, suppliers
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.ledger import joined
from migration_pipeline.contracts.stage_output import StageOutput, findings_frame
from migration_pipeline.project.source import SourceSpec

Cleaner = Callable[[StageOutput, SourceSpec], dict[str, CleanTable]]
CLEANERS: MappingProxyType[str, Cleaner] = MappingProxyType(
    {
        "suppliers": suppliers.clean,
        "products": products.clean,
        "members": members.clean,
        "inventory": inventory.clean,
        "sales": sales.clean,
    }
)


def clean(dataset: str, raw: StageOutput, source: SourceSpec) -> StageOutput:
    """The cleaned tables of one store x dataset; outcomes of earlier stages are carried on."""
    done = CLEANERS[dataset](raw, source)
    found = findings_frame(finding for table in done.values() for finding in table.findings)
    return StageOutput(
        extract_id=raw.extract_id,
        tables={name: table.alive for name, table in done.items()},
        outcomes=joined([raw.outcomes, *(table.ended() for table in done.values())]),
        findings=pd.concat([raw.findings, found], ignore_index=True),
        facts=raw.facts,
    )
