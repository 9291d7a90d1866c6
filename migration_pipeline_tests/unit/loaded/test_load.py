"""Loading completes the ledger, journals every committed batch and counts what the target says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.loaded import load as module
from migration_pipeline.loaded.load import BatchRecord, load
from migration_pipeline.loaded.protocol import BatchResult, CompanyRow, StoreRow, TableResult
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned
from migration_pipeline_tests.unit.mapped.fake_crosswalk import mapped, with_products


@dataclass
class FakeTarget:
    """Takes every batch; `fail_at` is the number of the batch that cannot be written."""

    taken: list[dict[str, int]] = field(default_factory=list)
    fail_at: int = 0

    def load_batch(self, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        if self.fail_at == len(self.taken) + 1:
            raise InfrastructureError("gone")
        self.taken.append({name: len(frame) for name, frame in tables.items()})
        results = {name: TableResult(name, len(frame), inserted=len(frame), updated=0) for name, frame in tables.items()}
        return BatchResult(results)

    def prepare(self, company: CompanyRow, stores: Sequence[StoreRow], units: Sequence[str]) -> int:
        raise NotImplementedError

    def read_back(self, table: str, store: str | None = None) -> pd.DataFrame:
        raise NotImplementedError

    def totals(self, table: str, store: str | None = None) -> dict[str, Decimal | int]:
        raise NotImplementedError

    def state_hash(self, store: str | None = None) -> str:
        raise NotImplementedError


@dataclass
class Journal:
    """Keeps records in memory."""

    records: list[BatchRecord] = field(default_factory=list)

    def record(self, batch: BatchRecord) -> None:
        self.records.append(batch)


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
    assert record.started_at <= record.ended_at
    assert record.started_at.tzinfo is not None


def test_every_batch_is_journalled_and_the_money_stays_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = module.batches
    monkeypatch.setattr(module, "batches", lambda tables: cut(tables, 1))
    journal, target = Journal(), FakeTarget()
    after = load("sales", sales(4), target, journal, store="S1", run_id="r")
    assert len(journal.records) == len(target.taken) == after.facts["batches"] == 3
    assert sum(record.money for record in journal.records) == Decimal("7.50")
    assert [record.batch_id for record in journal.records] == ["r-S1-sales-1", "r-S1-sales-2", "r-S1-sales-3"]


def test_what_was_committed_before_a_failure_is_journalled(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = module.batches
    monkeypatch.setattr(module, "batches", lambda tables: cut(tables, 1))
    journal = Journal()
    with pytest.raises(InfrastructureError):
        load("sales", sales(4), FakeTarget(fail_at=2), journal, store="S1", run_id="r")
    assert len(journal.records) == 1


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
