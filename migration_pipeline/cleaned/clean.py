"""One entry to cleaning: corrections, the dataset's module, then what goes on and what ended."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from migration_pipeline.cleaned import corrections as correcting
from migration_pipeline.cleaned import inventory, members, products, sales, suppliers
from migration_pipeline.cleaned.changes import corrected_cells, joined_changes, table_changes
from migration_pipeline.cleaned.computed import with_computed
from migration_pipeline.cleaned.digits_lost import with_lost_digits
from migration_pipeline.cleaned.effects import effects
from migration_pipeline.cleaned.sales_audit import audit_facts
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.cleaned.unknown_words import unknown_words
from migration_pipeline.contracts import correction_amounts
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import joined
from migration_pipeline.contracts.policies import RULES, policy_of
from migration_pipeline.contracts.policy_effects import CHOSEN
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
        return _with_policies(dataset, _clean_corrected(dataset, raw, source, corrections), source)
    named = _recognised(dataset, raw, source)
    raw = _computed(raw, named.datasets[dataset])
    return _with_policies(dataset, _output(raw, _tables(dataset, raw, named), named.datasets[dataset]), source)


def _with_policies(dataset: str, output: StageOutput, source: SourceSpec) -> StageOutput:
    """The output with the policies that the project chose for rules of this dataset, also of those that found nothing."""
    chosen = {rule: policy for rule, policy in source.policies.items() if RULES[rule].dataset == dataset}
    return replace(output, facts={**output.facts, CHOSEN: chosen}) if chosen else output


def _tables(dataset: str, raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """What the dataset's module makes of it, and the evidence tables that no rule of the module needs."""
    done, specs = CLEANERS[dataset](raw, source), source.datasets[dataset]
    rest = [table for table in DATASETS[dataset].tables if table.evidence and table.name in specs and table.name not in done]
    return done | {table.name: clean_table(table, raw.tables[table.name], specs[table.name], source) for table in rest}


def _clean_corrected(dataset: str, raw: StageOutput, source: SourceSpec, corrections: Sequence[PlacedCorrection]) -> StageOutput:
    """Clean the corrected text, and the untouched text as well if that tells what corrected cells change in the books."""
    named, changed = _recognised(dataset, raw, source), correcting.corrected(raw, corrections)
    specs = named.datasets[dataset]
    after_people, raw = _computed(replace(raw, tables=changed.tables), specs), _computed(raw, specs)
    done = _tables(dataset, after_people, named)
    found: dict[str, object] = {"corrections": [hit.as_fact() for hit in changed.hits]}
    if any(changed.rows(name) for name in raw.tables):
        plain = _unblocked(named)
        before = _tables(dataset, raw, plain)
        after = _tables(dataset, after_people, plain) if _zeroes(named) else done
        amounts = correcting.amounts(changed, {n: t.frame for n, t in before.items()}, {n: t.frame for n, t in after.items()})
        found[correction_amounts.FACT] = correction_amounts.as_fact(amounts)
    output = _output(raw, done, named.datasets[dataset], changed.hits)
    findings = pd.concat([output.findings, findings_frame(changed.findings)], ignore_index=True)
    return replace(output, findings=findings, facts={**output.facts, **found})


def _zeroes(source: SourceSpec) -> bool:
    return "zero" in source.policies.values()


def _unblocked(source: SourceSpec) -> SourceSpec:
    """The source without policies that stop the store, or that set amounts to 0.

    A correction may be the very cure for what they stop at, and what it changes is told apart from what they do.
    """
    keep = {rule: "keep" for rule in RULES if policy_of(rule, source.policies) in {"block", "zero"}}
    return source.model_copy(update={"policies": {**source.policies, **keep}})


def _output(raw: StageOutput, done: dict[str, CleanTable], specs: dict[str, TableSpec], hits: Sequence[correcting.Hit] = ()) -> StageOutput:
    """`raw` is the untouched text, which the change log compares with; `hits` are the rows that persons corrected."""
    done = {name: with_lost_digits(_kept(table) if table.table.evidence else table) for name, table in done.items()}
    found = findings_frame(finding for table in done.values() for finding in table.findings)
    return StageOutput(
        extract_id=raw.extract_id,
        tables={name: table.alive for name, table in done.items() if not table.table.evidence},
        outcomes=joined([raw.outcomes, *(table.ended() for table in done.values())]),
        findings=pd.concat([raw.findings, found], ignore_index=True),
        facts={
            **raw.facts,
            **unknown_words(done, raw.tables, specs),
            **effects(finding for table in done.values() for finding in table.findings),
            **audit_facts(done.values()),
        },
        changes=joined_changes(
            table_changes(
                name, done[name].frame, [*corrected_cells(name, hits, text, specs[name]), *done[name].findings], text, specs[name]
            )
            for name, text in raw.tables.items()
        ),
    )


def _kept(evidence: CleanTable) -> CleanTable:
    return evidence.marked(evidence.frame["_reason"].isna(), "kept_as_evidence")


def _computed(raw: StageOutput, specs: dict[str, TableSpec]) -> StageOutput:
    """The raw tables with the columns that the project computes."""
    if not any(spec.computed for spec in specs.values()):
        return raw
    return replace(raw, tables={name: with_computed(frame, specs[name].computed) for name, frame in raw.tables.items()})


def _recognised(dataset: str, raw: StageOutput, source: SourceSpec) -> SourceSpec:
    """The source with the columns its tables recognise written out, so that cleaning sees named columns only."""
    specs = source.datasets[dataset]
    if not any(spec.recognise for spec in specs.values()):
        return source
    headers = {name: [c for c in raw.tables[name].columns if c != "_row_id"] for name in specs}
    derived = "lines" if "tickets" not in specs else None
    named = {name: resolved(dataset, spec, name, headers[name], derives_tickets=name == derived) for name, spec in specs.items()}
    return source.model_copy(update={"datasets": {**source.datasets, dataset: named}})
