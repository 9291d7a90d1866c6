"""Mapping shared by all tables: value maps, references, golden records.

Belongs here: operations on one table whatever it is. Does not belong here: which columns an ERP table has (the dataset modules).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from migration_pipeline.contracts.datasets import Table
from migration_pipeline.contracts.frames import rows_where
from migration_pipeline.contracts.ledger import entries
from migration_pipeline.contracts.stage_output import Finding
from migration_pipeline.contracts.texts import looked_up
from migration_pipeline.contracts.vocabularies import CANONICAL, translate
from migration_pipeline.mapped.codes import collisions
from migration_pipeline.mapped.context import MappingContext


@dataclass(frozen=True)
class MappedTable:
    """Canonical rows on their way to the ERP: what goes on, what ended here, what was found.

    Attributes:
        books: `_row_id` and shares by row label, where `rows` do not carry them: what a million rows do not need is not filtered with them.
    """

    table: Table
    rows: pd.DataFrame
    ended: list[pd.DataFrame] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    books: pd.DataFrame | None = None

    def with_rows(self, rows: pd.DataFrame) -> "MappedTable":
        """The same table with these rows in place of its own."""
        return replace(self, rows=rows)

    def having(self, **columns: "pd.Series[Any]") -> "MappedTable":
        """The same table with these columns as well, or in place of its own."""
        return replace(self, rows=self.rows.assign(**columns))

    def without(
        self,
        mask: "pd.Series[bool]",
        reason: "str | pd.Series[str]",
        *,
        detail: "str | pd.Series[str]" = "",
        target_key: "str | pd.Series[str]" = "",
    ) -> "MappedTable":
        """The same table after the masked rows ended with `reason` (which, as `detail` and `target_key`, may have a text for each of them).

        Derived rows leave without a ledger entry.
        """
        if not mask.any():
            return self
        over = rows_where(self.rows, mask)
        over = over if self.books is None else self.books.loc[over.index]
        over = rows_where(over, over["_row_id"] != "")
        why, words, keys = (text if isinstance(text, str) else text[over.index] for text in (reason, detail, target_key))
        ledger = entries(self.table, over, why, "mapped", detail=words, target_key=keys)
        return replace(self, rows=rows_where(self.rows, ~mask), ended=[*self.ended, ledger])

    def noted(self, rule: str, reason: str, hits: int) -> "MappedTable":
        """The same table with one more finding."""
        return replace(self, findings=[*self.findings, Finding(self.table.name, rule, reason, "flag", hits)])


def with_erp_words(mapped: MappedTable, context: MappingContext) -> MappedTable:
    """Source words of all ERP vocabularies translated; rows with a word nobody mapped are rejected, never guessed."""
    for column in mapped.table.fields:
        if column.vocabulary is None or column.vocabulary in CANONICAL:
            continue
        words, unknown = translate(mapped.rows[column.name], column.vocabulary, context.value_maps.get(column.vocabulary, {}))
        mapped = mapped.having(**{column.name: words}).without(unknown, "unmapped_value", detail=column.name)
    return mapped


def references(context: MappingContext, dataset: str, source_keys: "pd.Series[str]") -> "pd.Series[str]":
    """ERP keys of the records that source keys name; missing where there is none."""
    found = context.crosswalk.lookup(dataset, context.reference_stores, source_keys.dropna().unique())
    return looked_up(source_keys, found["source_key"], found["erp_key"])


def identities(columns: Sequence[tuple[str, "pd.Series[str]"]], index: pd.Index) -> "pd.Series[Any]":
    """Per row the list of (kind, value), strongest first, of the identifiers that are present."""
    lists: list[list[tuple[str, str]]] = [[] for _ in range(len(index))]
    for kind, values in columns:
        for place, value in enumerate(values.tolist()):
            if isinstance(value, str):
                lists[place].append((kind, value))
    return pd.Series(lists, index=index, dtype=object)


def as_fields(rows: pd.DataFrame, columns: Iterable[str]) -> "pd.Series[str]":
    """What a source record contributes to its golden record: JSON of column -> text."""
    text = pd.DataFrame({name: _text(rows[name]) for name in columns}, index=rows.index)
    lines = text.to_json(orient="records", lines=True, force_ascii=False).rstrip("\n").split("\n") if len(text) else []
    return pd.Series(lines, index=rows.index, dtype="str")


def _text(values: "pd.Series[Any]") -> "pd.Series[str]":
    if str(values.dtype).startswith("datetime"):
        values = values.dt.strftime("%Y-%m-%d")
    text: pd.Series[str] = values.astype("str")
    return text.where(values.notna())


def assigned(mapped: MappedTable, context: MappingContext, dataset: str, frame: pd.DataFrame) -> MappedTable:
    """Every row with its `erp_key`, whether this source record made it (`_owner`) and the decision that had a say (`_decided`)."""
    decided = context.decided(dataset)
    frame = frame.assign(identities=decided.strengthened(frame["identities"], context.store, frame["source_key"]))
    keys = context.crosswalk.assign(dataset, context.store, context.run_id, frame, context.codes_of(dataset).limit)
    details = decided.details(context.store, frame["source_key"])
    rows = mapped.rows.assign(erp_key=keys["erp_key"].to_numpy(), _owner=keys["is_owner"].to_numpy(), _decided=details.to_numpy())
    mapped = mapped.with_rows(rows.assign(erp_key=rows["erp_key"].astype("str")))
    hits = collisions(frame, keys)
    return mapped.noted("code", "code_collision", hits) if hits else mapped
