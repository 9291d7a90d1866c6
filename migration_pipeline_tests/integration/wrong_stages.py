"""Readers, cleaners, mappers and loaders that go wrong in one way each.

Belongs here: stages with a fault, and the changes to a frame that make one. Does not belong here: which faults there are (`fault_list.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from migration_pipeline.cleaned import clean as cleaning
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.loaded.protocol import Batch, BatchResult
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.mapped import map as mapping
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.records import MappedTable
from migration_pipeline.orchestration.assets import raw as reading
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.raw.extract import extract
from migration_pipeline_tests.integration.seeded_faults import BYSTANDER, Frames, Ground, Plant

CENT = Decimal("0.01")
Change = Callable[[pd.DataFrame], pd.DataFrame]


def in_reading(change: Callable[[StageOutput], StageOutput]) -> Plant:
    """A reader that gets its output wrong."""

    def plant(ground: Ground) -> None:
        ground.patch.setattr(reading, "extract", lambda *given: change(extract(*given)))

    return plant


def in_cleaning(dataset: str, change: Callable[[dict[str, CleanTable]], dict[str, CleanTable]]) -> Plant:
    """A cleaner that gets its tables wrong."""

    def plant(ground: Ground) -> None:
        cleaner = cleaning.CLEANERS[dataset]

        def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
            return change(cleaner(raw, source))

        ground.patch.setattr(cleaning, "CLEANERS", {**cleaning.CLEANERS, dataset: clean})

    return plant


def cleaned(dataset: str, table: str, change: Change) -> Plant:
    """A cleaner that gets one table wrong."""
    return in_cleaning(dataset, lambda done: done | {table: replace(done[table], frame=change(done[table].frame))})


def in_mapping(dataset: str, change: Callable[[Frames, dict[str, MappedTable]], None]) -> Plant:
    """A mapper that gets its tables or its ledger wrong."""

    def plant(ground: Ground) -> None:
        mapper = mapping.MAPPERS[dataset]

        def to_erp(cleaned: StageOutput, context: MappingContext) -> tuple[Frames, dict[str, MappedTable]]:
            tables, done = mapper(cleaned, context)
            change(tables, done)
            return tables, done

        ground.patch.setattr(mapping, "MAPPERS", {**mapping.MAPPERS, dataset: to_erp})

    return plant


def mapped(dataset: str, table: str, change: Change) -> Plant:
    """A mapper that gets one ERP table wrong; its ledger knows nothing of it."""

    def spoil(tables: Frames, done: dict[str, MappedTable]) -> None:
        del done
        tables[table] = change(tables[table])

    return in_mapping(dataset, spoil)


def loaded(table: str, change: Change) -> Plant:
    """A loader that writes something else than it was given."""

    def plant(ground: Ground) -> None:
        load_batch = PostgresTarget.load_batch

        def wrong(target: PostgresTarget, batch: Batch, tables: Frames) -> BatchResult:
            return load_batch(target, batch, {name: change(frame) if name == table else frame for name, frame in tables.items()})

        ground.patch.setattr(PostgresTarget, "load_batch", wrong)

    return plant


def first(column: str, value: object) -> Change:
    """Another value in the first row."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        changed = frame[column].copy()
        changed.iloc[0] = value
        return frame.assign(**{column: changed})

    return change


def more(*columns: str) -> Change:
    """A cent more in the first row."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        for column in columns:
            frame = first(column, frame[column].iloc[0] + CENT)(frame)
        return frame

    return change


def twice(frame: pd.DataFrame) -> pd.DataFrame:
    """The first row comes again."""
    return pd.concat([frame, frame.iloc[:1]], ignore_index=True)


def without_last(frame: pd.DataFrame) -> pd.DataFrame:
    """The last row is gone."""
    return frame.iloc[:-1]


def swapped(column: str) -> Change:
    """The first two rows' values exchanged: every sum stays."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        exchanged = frame[column].copy()
        exchanged.iloc[0], exchanged.iloc[1] = frame[column].iloc[1], frame[column].iloc[0]
        return frame.assign(**{column: exchanged})

    return change


def invented(values: Mapping[str, object]) -> Change:
    """One row more, like the first but for some values."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        invention = frame.iloc[:1]
        for name, value in values.items():
            invention = first(name, value)(invention)
        return pd.concat([frame, invention], ignore_index=True)

    return change


def read(table: str, change: Change) -> Plant:
    """A reader that gets one table wrong."""
    return in_reading(lambda raw: replace(raw, tables={**raw.tables, table: change(raw.tables[table])}))


def a_cent_in_every_table(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """A bug that keeps header, lines and payments consistent."""
    columns = {"tickets": "total", "lines": "amount", "payments": "amount"}
    return {n: replace(t, frame=more(columns[n], "_money")(t.frame)) if n in columns else t for n, t in done.items()}


def two_outcomes(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """The first row is rejected, and goes on as well."""
    table = done["suppliers"]
    over = table.frame.iloc[:1].assign(_reason="missing_required", _detail="name")
    return {"suppliers": replace(table, frame=pd.concat([table.frame, over], ignore_index=True))}


def lost_with_its_ledger(tables: Frames, done: dict[str, MappedTable]) -> None:
    """The last stock row is gone, and what the ledger says of it."""
    tables["opening_stock"] = tables["opening_stock"].iloc[:-1]
    done["stock"] = replace(done["stock"], rows=done["stock"].rows.iloc[:-1])


def only_the_ledger(tables: Frames, done: dict[str, MappedTable]) -> None:
    """What the ledger says of the last stock row is gone."""
    del tables
    done["stock"] = replace(done["stock"], rows=done["stock"].rows.iloc[:-1])


def elsewhere(frame: pd.DataFrame) -> pd.DataFrame:
    """All rows are another store's."""
    return frame.assign(store_code=pd.Series(BYSTANDER, index=frame.index, dtype="str"))
