"""Loading one mapped store x dataset: batch by batch, each committed and journalled, then the ledger is complete.

Belongs here: the order of things. Does not belong here: how a target writes (`targets/`), which rows belong together (`units.py`),
where batches are recorded (`control/`).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol, TypeVar

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import joined, ledger_total
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.loaded.pace import Pace
from migration_pipeline.loaded.protocol import Batch, BatchResult, TableResult, Target
from migration_pipeline.loaded.refused import RefusalLimit, load_but_refused, with_refused
from migration_pipeline.loaded.units import Units, units_of
from migration_pipeline.runtime.errors import InfrastructureError, RefusedError

STARTED, COMMITTED, REFUSED = "started", "committed", "refused"
"""Status of a batch in the journal: sent to the target; taken by it; refused by it, so that nothing of it was loaded."""
_FIRST_WAIT = 0.5
"""Seconds before the first retry; each further one waits twice as long."""


@dataclass(frozen=True)
class BatchRecord:
    """What the journal keeps of one batch; rows as counted by the target, money as in the dataset's money table.

    Attributes:
        number: its place among the batches of this load.
        ended_at: None while it is under way.
        attempts: 1 and one more for each time the target could not be reached.
        hash_before: state hash of the store's own rows of this dataset before the first batch of the load; empty for the others.
        status: `STARTED`, `COMMITTED` or `REFUSED`.
    """

    batch_id: str
    run_id: str
    store: str
    dataset: str
    number: int
    started_at: datetime
    ended_at: datetime | None
    rows: int
    inserted: int
    updated: int
    unchanged: int
    money: Decimal
    attempts: int
    hash_before: str
    status: str = COMMITTED


class Journal(Protocol):
    """Where batches are recorded."""

    def record(self, batch: BatchRecord) -> None:
        """Keep one batch: before it is sent, and again when the target has answered."""
        ...

    def settle(self, store: str, dataset: str, held: Mapping[str, BatchResult]) -> None:
        """What became of batches whose loader died: committed if the target has them (id -> what they did), else lost."""
        ...


@dataclass(frozen=True)
class LoadSettings:
    """How hard a target is worked.

    Attributes:
        pace: how large batches are.
        limit: how many records it may refuse.
        attempts: how often a batch is tried while the target cannot be reached.
        throttle: called with the rows of each batch before it is sent; waits as long as the pace asks for.
        sleep: waits between two attempts.
    """

    pace: Pace = field(default_factory=Pace)
    limit: RefusalLimit = field(default_factory=RefusalLimit)
    attempts: int = 4
    throttle: Callable[[int], object] = field(default=lambda rows: None)
    sleep: Callable[[float], None] = time.sleep


DEFAULT_SETTINGS = LoadSettings()
T = TypeVar("T")


def load(
    dataset: str,
    mapped: StageOutput,
    target: Target,
    journal: Journal,
    *,
    store: str,
    run_id: str,
    settings: LoadSettings = DEFAULT_SETTINGS,
) -> StageOutput:
    """Write the ERP tables; afterwards every source row has its outcome.

    Returns:
        the tables as the ERP took them (for the comparison), the complete ledger, and in `facts` the rows the ERP inserted, updated,
        left as they were and kept from changing owner, and how many records it refused.

    Raises:
        DataError: the target refuses more records than `settings.limit` allows.
        InfrastructureError: the target cannot be reached. Committed batches stay, a repeated load goes on from there.
    """
    tables = {name: frame for name, frame in mapped.tables.items() if name != PENDING}
    pending = mapped.tables[PENDING]
    units = units_of(dataset, tables)
    money = ledger_total(pending, DATASETS[dataset].money_table or "", "money")
    loading = _Loading(dataset, store, run_id, units, target, journal, settings, money)
    loading.run()
    refused = sorted(loading.refused)
    ledger = joined([mapped.outcomes, pending])
    if refused:
        said = {str(units.names[unit]): loading.refused[unit] for unit in refused}
        ledger, tables = with_refused(ledger, dataset, units.chosen(refused), said), units.without(refused)
    counts = {name: sum(getattr(result, name) for result in loading.results) for name in ("inserted", "updated", "unchanged")}
    facts: dict[str, object] = {**counts, "kept": sum(result.kept for result in loading.results)}
    return StageOutput(
        extract_id=mapped.extract_id,
        tables=tables,
        outcomes=ledger,
        findings=mapped.findings,
        facts={**mapped.facts, **facts, "batches": loading.batches, "refused": len(refused)},
    )


@dataclass
class _Loading:
    """One load under way: what has been done so far."""

    dataset: str
    store: str
    run_id: str
    units: Units
    target: Target
    journal: Journal
    settings: LoadSettings
    money: Decimal
    results: list[TableResult] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    batches: int = 0
    numbered: int = 0
    hash_before: str = ""

    def run(self) -> None:
        """Batch after batch, each as large as the answer time of the one before allows."""
        if not len(self.units):
            return
        self._tried(lambda _: self._begin())
        first, rows, most = 0, self.settings.pace.first_rows, self.settings.limit.of(len(self.units))
        while first < len(self.units):
            stop = self.units.stop_after(first, rows)
            before = time.monotonic()
            load_but_refused(first, stop, self._attempt, self.refused, most)
            rows = self.settings.pace.next_rows(rows, time.monotonic() - before)
            first = stop

    def _begin(self) -> None:
        """What an earlier load of the store, dead or alive, left behind."""
        held = {one.batch.batch_id: one for one in self.target.batches(self.store) if one.batch.dataset == self.dataset}
        self.journal.settle(self.store, self.dataset, {batch_id: one.result for batch_id, one in held.items()})
        mine = [batch_id for batch_id in held if batch_id.startswith(self._batch_id(""))]
        self.numbered = max((int(batch_id.rpartition("-")[2]) for batch_id in mine), default=0)
        self.hash_before = self.target.state_hash(self.store, self.dataset)

    def _attempt(self, first: int, stop: int) -> None:
        part = self.units.part(first, stop)
        self.settings.throttle(sum(map(len, part.values())))
        self.numbered += 1
        batch = Batch(self._batch_id(str(self.numbered)), self.run_id, self.store, self.dataset)
        record = self._record(batch)
        self._journalled(record)
        try:
            result, attempts = self._sent(batch, part)
        except RefusedError:
            self._journalled(replace(record, ended_at=datetime.now(UTC), status=REFUSED))
            raise
        self.results += result.tables.values()
        counts = {name: getattr(result, name) for name in ("rows", "inserted", "updated", "unchanged")}
        money = Decimal(0) if self.batches else self.money
        self.batches += 1
        self._journalled(replace(record, **counts, ended_at=datetime.now(UTC), money=money, attempts=attempts, status=COMMITTED))

    def _record(self, batch: Batch) -> BatchRecord:
        """Of a batch that is about to be sent."""
        return BatchRecord(
            **vars(batch),
            number=self.numbered,
            started_at=datetime.now(UTC),
            ended_at=None,
            rows=0,
            inserted=0,
            updated=0,
            unchanged=0,
            money=Decimal(0),
            attempts=1,
            hash_before="" if self.batches else self.hash_before,
            status=STARTED,
        )

    def _sent(self, batch: Batch, part: dict[str, pd.DataFrame]) -> tuple[BatchResult, int]:
        """The result and the number of attempts. After a lost connection the target is asked first: it may have committed."""

        def send(attempt: int) -> tuple[BatchResult, int]:
            if attempt > 1 and (held := [held for held in self.target.batches(self.store) if held.batch == batch]):
                return held[0].result, attempt
            return self.target.load_batch(batch, part), attempt

        return self._tried(send)

    def _journalled(self, record: BatchRecord) -> None:
        self._tried(lambda _: self.journal.record(record))

    def _tried(self, work: Callable[[int], T]) -> T:
        """What the work returns; it is given the number of the attempt, and another one while a database cannot be reached."""
        for attempt in range(1, self.settings.attempts + 1):
            try:
                return work(attempt)
            except InfrastructureError:
                if attempt == self.settings.attempts:
                    raise
                self.settings.sleep(_FIRST_WAIT * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def _batch_id(self, number: str) -> str:
        return f"{self.run_id[:8]}-{self.store}-{self.dataset}-{number}"
