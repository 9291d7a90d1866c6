"""What decisions about duplicates mean for mapping: an identity stronger than any identifier.

Belongs here: decisions -> identities of records. Does not belong here: the file (`project/decisions.py`), the rule (`control/`).

Every record of a group that is the same carries the names of all its members as `decided` identities; a record that is called distinct
carries at least its own. Two records with different ones are never merged by a weaker identity. Names and not numbers of groups: so a
group may grow, and those of it that are loaded are found again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from migration_pipeline.mapped.matching.closure import Groups
from migration_pipeline.project.decisions import DISTINCT, MERGE, SAME, PairRow, decisions_file, read_decisions
from migration_pipeline.runtime.errors import BadInputError

DECIDED = "decided"
DATASETS = ("members", "suppliers", "products")
"""Datasets whose records may be the same thing in several stores."""


@dataclass(frozen=True)
class Decided:
    """Decisions about one dataset.

    Attributes:
        members: `<store>/<source key>` -> all records of its group, itself among them; only of records in a decision.
        rows: record -> `<file>:<line>` of the row that put it into its group.
    """

    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)

    def strengthened(self, identities: "pd.Series[Any]", store: str, source_keys: "pd.Series[str]") -> "pd.Series[Any]":
        """The identities of a store's records, the decided ones before all others."""
        names = (self.members.get(f"{store}/{key}", ()) for key in source_keys)
        lists = [[*((DECIDED, name) for name in group), *known] for group, known in zip(names, identities, strict=True)]
        return pd.Series(lists, index=identities.index, dtype=object)

    def details(self, store: str, source_keys: "pd.Series[str]") -> "pd.Series[str]":
        """For the ledger: the row of the decision that made a record part of another, or nothing."""
        return pd.Series([self.rows.get(f"{store}/{key}", "") for key in source_keys], index=source_keys.index, dtype="str")


def decisions_of(folder: Path) -> dict[str, Decided]:
    """What the project's files decide, by dataset; raises BadInputError for a file that cannot be used."""
    return {dataset: decided(read_decisions(folder, dataset), decisions_file(folder, dataset).name) for dataset in DATASETS}


def decided(rows: Sequence[PairRow], file: str = "") -> Decided:
    """Groups and separations of the decisions: a person's word first, then pairs nobody objected to, the surest first.

    Raises:
        BadInputError: records are called the same and, over others, distinct.
    """
    apart = [(row.left, row.right) for row in rows if row.decision == DISTINCT]
    groups = Groups(apart=apart)
    joined: dict[str, str] = {}
    for row in _in_order(rows):
        if groups.join(row.left, row.right):
            for record in (row.left, row.right):
                joined.setdefault(record, f"{file}:{row.line}")
        elif row.decision == SAME:
            raise BadInputError(
                "these two are the same here, but other rows keep them distinct",
                where=f"{file}:{row.line}",
                fix="change one of the decisions",
            )
    together: dict[str, list[str]] = {}
    for record in sorted({*joined, *(record for pair in apart for record in pair)}):
        together.setdefault(groups.of(record), []).append(record)
    return Decided({record: tuple(members) for members in together.values() for record in members}, joined)


def _in_order(rows: Iterable[PairRow]) -> list[PairRow]:
    same = [row for row in rows if row.decision == SAME or (row.zone == MERGE and not row.decision)]
    return sorted(same, key=lambda row: (row.decision != SAME, -Decimal(row.probability or "0"), row.pair))
