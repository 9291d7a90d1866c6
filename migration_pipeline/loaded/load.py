"""Loading one mapped store x dataset: batch by batch, each committed and journalled, then the ledger is complete.

Belongs here: the order of things. Does not belong here: how a target writes (`targets/`), where batches are recorded (`control/`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import joined, ledger_total
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.loaded.batching import batches
from migration_pipeline.loaded.protocol import BatchResult, Target


@dataclass(frozen=True)
class BatchRecord:
    """What the journal keeps of one committed batch; rows as counted by the target, money as in the dataset's money table."""

    batch_id: str
    run_id: str
    store: str
    dataset: str
    started_at: datetime
    ended_at: datetime
    rows: int
    inserted: int
    updated: int
    unchanged: int
    money: Decimal


class Journal(Protocol):
    """Where committed batches are recorded."""

    def record(self, batch: BatchRecord) -> None:
        """Keep one batch."""
        ...


def load(dataset: str, mapped: StageOutput, target: Target, journal: Journal, *, store: str, run_id: str) -> StageOutput:
    """Write the ERP tables; afterwards every source row has its outcome.

    Returns:
        the tables as sent (for the comparison), the complete ledger, and in `facts` the rows the ERP inserted, updated, left as they
        were and kept from changing owner.
    """
    tables = {name: frame for name, frame in mapped.tables.items() if name != PENDING}
    pending = mapped.tables[PENDING]
    money = ledger_total(pending, DATASETS[dataset].money_table or "", "money")
    counts = pd.DataFrame(
        [_commit(part, target, journal, (dataset, store, run_id, number), money) for number, part in enumerate(batches(tables), 1)]
    )
    facts: dict[str, object] = {name: int(counts[name].sum()) for name in ("inserted", "updated", "unchanged", "kept")}
    return StageOutput(
        extract_id=mapped.extract_id,
        tables=tables,
        outcomes=joined([mapped.outcomes, pending]),
        findings=mapped.findings,
        facts={**mapped.facts, **facts, "batches": len(counts)},
    )


def _commit(
    part: dict[str, pd.DataFrame], target: Target, journal: Journal, place: tuple[str, str, str, int], money: Decimal
) -> dict[str, int]:
    dataset, store, run_id, number = place
    started = datetime.now(UTC)
    result: BatchResult = target.load_batch(part)
    counts = {
        "inserted": result.inserted,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "kept": sum(t.kept for t in result.tables.values()),
    }
    journal.record(
        BatchRecord(
            f"{run_id[:8]}-{store}-{dataset}-{number}",
            run_id,
            store,
            dataset,
            started,
            datetime.now(UTC),
            rows=result.rows,
            inserted=result.inserted,
            updated=result.updated,
            unchanged=result.unchanged,
            money=money if number == 1 else Decimal(0),
        )
    )
    return counts
