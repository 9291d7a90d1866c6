"""What a rule found, in figures: how many rows, their amounts, and a few of them with their values, masked where personal.

Belongs here: counting and showing rows that a rule is about to touch, and handing that on in the facts. Does not belong here: touching
them (`policies.py`, `rules.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from migration_pipeline.cleaned.changes import value_text
from migration_pipeline.contracts import correction_amounts, policy_effects
from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.money import total
from migration_pipeline.contracts.policy_effects import MASK, PolicyEffect
from migration_pipeline.contracts.stage_output import Finding

ROW_IDS, VALUES = 50, 5
"""So many row ids of a rule are kept, and the values of so many rows."""
TABLES: Mapping[str, Table] = {table.name: table for dataset in DATASETS.values() for table in dataset.tables}
_HIDDEN = {table.name: {f.name for t in d.tables for f in t.fields if f.personal} for d in DATASETS.values() for table in d.tables}


def counted(effect: PolicyEffect, frame: pd.DataFrame, hit: "pd.Series[bool]", columns: Iterable[str]) -> PolicyEffect:
    """The effect with the figures of the rows found; derived rows (no `_row_id`) do not end, for no ledger knows them.

    Args:
        effect: which table, rule and policy.
        frame: all rows of the table, as they are before the policy; labels are unique.
        hit: those that the rule found.
        columns: what is shown of a few of them besides the key.
    """
    table = TABLES[effect.table]
    labels = frame.index[hit & (frame["_row_id"] != "")] if effect.ends else frame.index[hit]
    ids = frame.loc[labels[:ROW_IDS], "_row_id"]
    shown = [name for name in dict.fromkeys([*table.key, *columns]) if name in frame and not name.startswith("x_")]
    values = _values(table, frame.loc[labels[:VALUES], ["_row_id", *shown]], shown)
    return replace(
        effect,
        rows=len(labels),
        amounts=_amounts(table, frame, labels, ends=effect.ends),
        row_ids=tuple(ids[ids != ""]),
        values=values,
    )


def effects(findings: Iterable[Finding]) -> dict[str, object]:
    """For `StageOutput.facts`: what each rule did (`contracts/policy_effects.py`), and the amounts that policies changed."""
    told = list(findings)
    found = [finding.effect for finding in told if finding.effect is not None and finding.effect.rows]
    moved = [amount for finding in told for amount in finding.moved]
    facts = {policy_effects.FACT: policy_effects.as_fact(found), correction_amounts.POLICY_FACT: correction_amounts.as_fact(moved)}
    return {name: fact for name, fact in facts.items() if fact}


def _amounts(table: Table, frame: pd.DataFrame, labels: "pd.Index[Any]", *, ends: bool) -> dict[str, Decimal]:
    """Sums of the table's measures: of rows that end their share of the ledger, of others what they have now (a folded card all of it)."""
    columns = {measure: getattr(table, measure) for measure in MEASURES}
    own = {measure: f"_{measure}" if ends else column for measure, column in columns.items() if column}
    return {measure: total(frame.loc[labels, column]) for measure, column in own.items() if column in frame}


def _values(table: Table, rows: pd.DataFrame, shown: list[str]) -> tuple[tuple[str, dict[str, str | None]], ...]:
    """Row id and text of some columns."""
    texts = pd.DataFrame({name: value_text(rows[name]) for name in shown}, index=rows.index).astype(object)
    for name in _HIDDEN[table.name] & {*shown}:
        texts[name] = texts[name].mask(texts[name].notna(), MASK)
    cells = texts.where(texts.notna(), None).to_dict("records")
    named = ({str(name): value for name, value in one.items()} for one in cells)
    return tuple((str(row_id), one) for row_id, one in zip(rows["_row_id"], named, strict=True))
