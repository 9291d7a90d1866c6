"""Loading completes the ledger, journals every committed batch and counts what the target says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from migration_pipeline.contracts.lookups import Lookups
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.contracts.target_description import TargetDescription
from migration_pipeline.loaded.load import BatchRecord, LoadSettings, load
from migration_pipeline.loaded.pace import Pace
from migration_pipeline.loaded.protocol import (
    NOTHING,
    Batch,
    BatchResult,
    Brought,
    CompanyRow,
    StoreRow,
    TableResult,
    TargetBatch,
    UndoResult,
)
from migration_pipeline.loaded.refused import RefusalLimit
from migration_pipeline.runtime.errors import DataError, InfrastructureError, RefusedError
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned
from migration_pipeline_tests.unit.mapped.fake_crosswalk import mapped, with_products


@dataclass
class FakeTarget:
    """Takes batches without a ticket of `bad`; `lost`: number of a call that loses its connection -> before or after the commit."""

    taken: list[dict[str, int]] = field(default_factory=list)
    held: list[TargetBatch] = field(default_factory=list)
    bad: frozenset[str] = frozenset()
    lost: dict[int, str] = field(default_factory=dict)
    calls: int = 0

    name = "fake"

    def load_batch(self, batch: Batch, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        self.calls += 1
        if self.lost.get(self.calls) == "before":
            raise InfrastructureError("gone")
        if hit := self.bad & set(next(iter(tables.values())).iloc[:, 1].astype("str")):
            raise RefusedError(f"{len(hit)} are refused", where="ERP")
        results = {name: TableResult(name, len(frame), inserted=len(frame), updated=0) for name, frame in tables.items()}
        self.taken.append({name: len(frame) for name, frame in tables.items()})
        self.held.append(TargetBatch(batch, datetime.now(UTC), BatchResult(results)))
        if self.lost.get(self.calls) == "after":
            raise InfrastructureError("gone")
        return BatchResult(results)

    def batches(self, store: str | None = None) -> list[TargetBatch]:
        return [one for one in self.held if store in {None, one.batch.store}]

    def state_hash(self, store: str | None = None, dataset: str | None = None) -> str:
        return f"{store}/{dataset}/{len(self.held)}"

    def describe(self) -> TargetDescription:
        raise NotImplementedError

    def prepare(self, company: CompanyRow, stores: Sequence[StoreRow], units: Sequence[str]) -> int:
        raise NotImplementedError

    def plan(self, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        raise NotImplementedError

    def read_back(self, table: str, store: str | None = None, keys: pd.DataFrame | None = None) -> pd.DataFrame:
        raise NotImplementedError

    def stream(self, table: str, store: str | None = None) -> pa.RecordBatchReader:
        raise NotImplementedError

    @property
    def lookups(self) -> Lookups:
        raise NotImplementedError

    def totals(self, table: str, store: str | None = None) -> dict[str, Decimal | int]:
        raise NotImplementedError

    def store_hashes(self) -> dict[str, str]:
        raise NotImplementedError

    def undo_batch(self, batch_id: str, brought: Brought = NOTHING) -> UndoResult:
        raise NotImplementedError

    def plan_undo(self, batches: Mapping[str, Brought]) -> list[UndoResult]:
        raise NotImplementedError


@dataclass
class Journal:
    """Keeps records in memory, the newest of each batch; `statuses` is what was said of it, in order."""

    kept: dict[str, BatchRecord] = field(default_factory=dict)
    statuses: dict[str, list[str]] = field(default_factory=dict)
    settled: dict[str, Mapping[str, BatchResult]] = field(default_factory=dict)
    lost: int = 0

    @property
    def records(self) -> list[BatchRecord]:
        return list(self.kept.values())

    def record(self, batch: BatchRecord) -> None:
        if self.lost:
            self.lost -= 1
            raise InfrastructureError("gone")
        self.kept[batch.batch_id] = batch
        self.statuses.setdefault(batch.batch_id, []).append(batch.status)

    def settle(self, store: str, dataset: str, held: Mapping[str, BatchResult]) -> None:
        self.settled[f"{store}/{dataset}"] = held


def sales(count: int = 3) -> StageOutput:
    """So many tickets of one line of 2.50, of which 2.00 were asked for and paid; the first sells an unknown product."""
    numbers = [str(n) for n in range(count)]
    sold = ["2026-01-01"] * count
    tables = {
        "tickets": {"ticket_no": numbers, "sold_at": sold, "total": ["2.00"] * count, "rounding": ["-0.50"] * count},
        "lines": {"ticket_no": numbers, "product_code": ["A"] * count, "quantity": ["1"] * count, "amount": ["2.50"] * count},
        "payments": {"ticket_no": numbers, "method": ["cash"] * count, "amount": ["2.00"] * count},
    }
    tables["lines"]["product_code"][0] = "Z"
    return mapped("sales", cleaned("sales", tables), with_products(A="P1"))


def test_afterwards_every_source_row_has_its_outcome() -> None:
    before = sales()
    after = load("sales", before, FakeTarget(), Journal(), store="S1", run_id="run-12345678")
    assert after.outcomes["outcome"].value_counts().to_dict() == {"loaded": 6, "rejected": 3}
    assert PENDING not in after.tables
    assert set(after.tables) == {"ticket", "ticket_line", "payment"}
    assert (after.extract_id, len(after.findings)) == (before.extract_id, len(before.findings))
    assert {name: after.facts[name] for name in ("inserted", "updated", "unchanged", "kept", "batches")} == {
        "inserted": 6,
        "updated": 0,
        "unchanged": 0,
        "kept": 0,
        "batches": 1,
    }


def test_the_journal_counts_the_money_of_sales_once() -> None:
    """Tickets, lines and payments all carry the same money; the lines are the ones that count."""
    journal = Journal()
    load("sales", sales(), FakeTarget(), journal, store="S1", run_id="run-12345678")
    (record,) = journal.records
    assert (record.batch_id, record.run_id, record.rows, record.money) == ("run-1234-S1-sales-1", "run-12345678", 6, Decimal("5.00"))
    assert record.ended_at is not None
    assert record.started_at <= record.ended_at
    assert record.started_at.tzinfo is not None


SMALL = LoadSettings(pace=Pace(first_rows=1, least_rows=1, most_rows=1), sleep=lambda seconds: None)
"""Every ticket is a batch."""


def test_every_batch_is_journalled_and_the_money_stays_the_same() -> None:
    journal, target = Journal(), FakeTarget()
    after = load("sales", sales(4), target, journal, store="S1", run_id="r", settings=SMALL)
    assert len(journal.records) == len(target.taken) == after.facts["batches"] == 3
    assert sum(record.money for record in journal.records) == Decimal("7.50")
    assert [record.batch_id for record in journal.records] == ["r-S1-sales-1", "r-S1-sales-2", "r-S1-sales-3"]
    assert [record.hash_before for record in journal.records] == ["S1/sales/0", "", ""]


def test_what_was_committed_before_a_failure_is_journalled() -> None:
    journal = Journal()
    target = FakeTarget(lost=dict.fromkeys(range(2, 10), "before"))
    with pytest.raises(InfrastructureError):
        load("sales", sales(4), target, journal, store="S1", run_id="r", settings=SMALL)
    assert list(journal.statuses.values()) == [["started", "committed"], ["started"]]
    assert target.calls == 1 + SMALL.attempts


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_connection_is_tried_again_and_nothing_is_loaded_twice(when: str) -> None:
    journal, target = Journal(), FakeTarget(lost={2: when})
    after = load("sales", sales(4), target, journal, store="S1", run_id="r", settings=SMALL)
    assert len(target.taken) == len(journal.records) == 3
    assert [record.attempts for record in journal.records] == [1, 2, 1]
    assert after.facts["inserted"] == 9


def test_a_journal_that_is_away_for_a_moment_loses_nothing() -> None:
    journal, target = Journal(lost=2), FakeTarget()
    load("sales", sales(4), target, journal, store="S1", run_id="r", settings=SMALL)
    assert list(journal.statuses.values()) == [["started", "committed"]] * 3
    assert len(target.taken) == 3


def test_the_journal_is_told_first_what_became_of_batches_whose_loader_died() -> None:
    target = FakeTarget()
    load("sales", sales(3), target, Journal(), store="S1", run_id="dead")
    journal = Journal()
    load("sales", sales(3), target, journal, store="S1", run_id="r")
    assert {batch_id: result.rows for batch_id, result in journal.settled["S1/sales"].items()} == {"dead-S1-sales-1": 6}


def test_a_step_that_is_tried_again_gives_its_batches_new_numbers() -> None:
    target = FakeTarget()
    for _ in range(2):
        load("sales", sales(3), target, Journal(), store="S1", run_id="r")
    assert [one.batch.batch_id for one in target.held] == ["r-S1-sales-1", "r-S1-sales-2"]


def test_a_number_is_never_used_twice_although_refused_batches_leave_gaps() -> None:
    """The second try counts on from the last number, not from how many batches there are: else a batch would seem to be loaded."""
    target = FakeTarget(bad=frozenset({"2"}))
    for _ in range(2):
        load("sales", sales(4), target, Journal(), store="S1", run_id="r")
    ids = [one.batch.batch_id for one in target.held]
    assert len(set(ids)) == len(ids) > 2


def test_refused_tickets_are_rejected_with_the_words_of_the_erp_and_all_others_are_loaded() -> None:
    journal, target = Journal(), FakeTarget(bad=frozenset({"3", "6"}))
    after = load("sales", sales(9), target, journal, store="S1", run_id="r")
    fates = after.outcomes.loc[after.outcomes["reason"] == "refused_by_target", ["table", "outcome", "stage", "detail"]]
    assert sorted(fates["table"]) == sorted(["tickets", "lines", "payments"] * 2)
    assert (set(fates["outcome"]), set(fates["stage"]), set(fates["detail"])) == ({"rejected"}, {"loaded"}, {"1 are refused"})
    assert len(after.outcomes) == 27
    assert after.facts["refused"] == 2
    assert {name: len(frame) for name, frame in after.tables.items()} == {"ticket": 6, "ticket_line": 6, "payment": 6}
    assert sum(part["ticket"] for part in target.taken) == 6


def test_a_load_stops_when_too_much_is_refused() -> None:
    strict = LoadSettings(limit=RefusalLimit(units=2, percent=0))
    target = FakeTarget(bad=frozenset(map(str, range(1, 40))))
    with pytest.raises(DataError, match="refused more than 2 records"):
        load("sales", sales(40), target, Journal(), store="S1", run_id="r", settings=strict)
    assert target.calls < 20


def test_datasets_without_money_load_too() -> None:
    journal = Journal()
    output = mapped("products", cleaned("products", {"products": {"product_code": ["1"], "name": ["a"]}}))
    load("products", output, FakeTarget(), journal, store="S1", run_id="r")
    assert journal.records[0].money == 0


def test_a_store_of_which_everything_was_rejected_still_has_a_complete_ledger() -> None:
    output = mapped("suppliers", cleaned("suppliers", {"suppliers": {"supplier_code": [None], "name": ["a"]}}))
    after = load("suppliers", output, FakeTarget(), Journal(), store="S1", run_id="r")
    assert after.outcomes["outcome"].tolist() == ["rejected"]
    assert after.facts["inserted"] == 0
