"""Words that cleaning itself had to translate and could not: kept as a fact, so that they show among the unmapped ones.

Belongs here: collecting them. Does not belong here: the words that mapping translates (`mapped/unmapped.py`).
"""

from collections.abc import Mapping

import pandas as pd

from migration_pipeline.cleaned import parsing
from migration_pipeline.cleaned.changes import source_text
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.datasets import SALES, Table
from migration_pipeline.contracts.unmapped import FACT, joined_words, word_counts
from migration_pipeline.contracts.vocabularies import CANONICAL
from migration_pipeline.project.source import TableSpec

_REASON = "unmapped_value"


def unknown_words(done: Mapping[str, CleanTable], raw: Mapping[str, pd.DataFrame], specs: Mapping[str, TableSpec]) -> dict[str, object]:
    """The fact, or nothing where every word was known."""
    parts = [part for name, text in raw.items() for part in _of_table(done[name], text, specs[name])]
    words = joined_words(parts)
    return {FACT: words.to_dict("records")} if len(words) else {}


def _of_table(done: CleanTable, raw: pd.DataFrame, spec: TableSpec) -> list[pd.DataFrame]:
    unknown = done.frame.loc[done.frame["_reason"] == _REASON, "_detail"]
    found = []
    for column, rows in unknown.groupby(unknown):
        vocabulary = next((f.vocabulary for t in _tables(done) for f in t.fields if f.name == column), None)
        if vocabulary in CANONICAL:
            words = parsing.trim(source_text(raw, spec, str(column)))
            found.append(word_counts(done.table.name, str(column), str(vocabulary), words.loc[rows.index]))
    return found


def _tables(done: CleanTable) -> list[Table]:
    """The table, and tickets for lines that carry a ticket's columns."""
    return [done.table, SALES.table("tickets")] if done.table.name == "lines" else [done.table]
