"""One entry to cleaning: the dataset's module, then what goes on and what ended."""

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd

from migration_pipeline.cleaned import inventory, members, products, sales, suppliers
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.ledger import joined
from migration_pipeline.contracts.stage_output import StageOutput, findings_frame
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.project.synonyms import resolved

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
    """The cleaned tables of one store x dataset; outcomes of earlier stages are carried on.

    Raises:
        BadInputError: a rule does not fit the columns; or a table recognises its columns, and two could be the same one.
    """
    done = CLEANERS[dataset](raw, _recognised(dataset, raw, source))
    found = findings_frame(finding for table in done.values() for finding in table.findings)
    return StageOutput(
        extract_id=raw.extract_id,
        tables={name: table.alive for name, table in done.items()},
        outcomes=joined([raw.outcomes, *(table.ended() for table in done.values())]),
        findings=pd.concat([raw.findings, found], ignore_index=True),
        facts=raw.facts,
    )


def _recognised(dataset: str, raw: StageOutput, source: SourceSpec) -> SourceSpec:
    """The source with the columns its tables recognise written out, so that cleaning sees named columns only."""
    specs = source.datasets[dataset]
    if not any(spec.recognise for spec in specs.values()):
        return source
    headers = {name: [c for c in raw.tables[name].columns if c != "_row_id"] for name in specs}
    derived = "lines" if "tickets" not in specs else None
    named = {name: resolved(dataset, spec, name, headers[name], derives_tickets=name == derived) for name, spec in specs.items()}
    return source.model_copy(update={"datasets": {**source.datasets, dataset: named}})
