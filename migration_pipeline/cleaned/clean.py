"""One entry to cleaning: corrections, the dataset's module, then what goes on and what ended."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from migration_pipeline.cleaned import corrections as correcting
from migration_pipeline.cleaned import inventory, members, products, sales, suppliers
from migration_pipeline.cleaned.changes import corrected_cells, joined_changes, table_changes
from migration_pipeline.cleaned.policies import effects
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts import correction_amounts
from migration_pipeline.contracts.ledger import joined
from migration_pipeline.contracts.policies import RULES, policy_of
from migration_pipeline.contracts.stage_output import StageOutput, findings_frame
from migration_pipeline.project.corrections import PlacedCorrection
from migration_pipeline.project.source import SourceSpec, TableSpec
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


def clean(dataset: str, raw: StageOutput, source: SourceSpec, corrections: Sequence[PlacedCorrection] = ()) -> StageOutput:
    """The cleaned tables of one store x dataset; outcomes of earlier stages are carried on.

    `corrections` are those of this store and dataset. What they did is in `facts`: `corrections` (a list of what, where, who, when, why)
    and `correction_amounts`.

    Raises:
        BadInputError: a rule does not fit the columns; or a table recognises its columns, and two could be the same one; or a correction
            does not fit the rows.
    """
    if corrections:
        return _clean_corrected(dataset, raw, source, corrections)
    named = _recognised(dataset, raw, source)
    return _output(raw, CLEANERS[dataset](raw, named), named.datasets[dataset])


def _clean_corrected(dataset: str, raw: StageOutput, source: SourceSpec, corrections: Sequence[PlacedCorrection]) -> StageOutput:
    """Clean the corrected text, and the untouched text as well if that tells what corrected cells change in the books."""
    named, changed = _recognised(dataset, raw, source), correcting.corrected(raw, corrections)
    done = CLEANERS[dataset](replace(raw, tables=changed.tables), named)
    found: dict[str, object] = {"corrections": [hit.as_fact() for hit in changed.hits]}
    if any(changed.rows(name) for name in raw.tables):
        before = CLEANERS[dataset](raw, _unblocked(named))
        amounts = correcting.amounts(changed, {n: t.frame for n, t in before.items()}, {n: t.frame for n, t in done.items()})
        found[correction_amounts.FACT] = correction_amounts.as_fact(amounts)
    output = _output(raw, done, named.datasets[dataset], changed.hits)
    findings = pd.concat([output.findings, findings_frame(changed.findings)], ignore_index=True)
    return replace(output, findings=findings, facts={**output.facts, **found})


def _unblocked(source: SourceSpec) -> SourceSpec:
    """The source without policies that stop the store: a correction may be the very cure for what they stop at."""
    keep = {rule: "keep" for rule in RULES if policy_of(rule, source.policies) == "block"}
    return source.model_copy(update={"policies": {**source.policies, **keep}})


def _output(raw: StageOutput, done: dict[str, CleanTable], specs: dict[str, TableSpec], hits: Sequence[correcting.Hit] = ()) -> StageOutput:
    """`raw` is the untouched text, which the change log compares with; `hits` are the rows that persons corrected."""
    found = findings_frame(finding for table in done.values() for finding in table.findings)
    return StageOutput(
        extract_id=raw.extract_id,
        tables={name: table.alive for name, table in done.items()},
        outcomes=joined([raw.outcomes, *(table.ended() for table in done.values())]),
        findings=pd.concat([raw.findings, found], ignore_index=True),
        facts={**raw.facts, **effects(done.values())},
        changes=joined_changes(
            table_changes(
                name, done[name].frame, [*corrected_cells(name, hits, text, specs[name]), *done[name].findings], text, specs[name]
            )
            for name, text in raw.tables.items()
        ),
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
