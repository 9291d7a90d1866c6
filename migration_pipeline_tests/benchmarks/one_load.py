"""One load or undo of a small store, in a process of its own, that dies or loses its connection at a point that was named before.

Points are the moments between two statements that write, before and after each commit, and around the journal's entries.
Belongs here: the work of that process. Does not belong here: which points are hit and what must hold afterwards (`chaos_load.py`).
"""

import json
import os
import pickle
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.control.models import UndoRecord
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.loaded.load import BatchRecord, LoadSettings, load
from migration_pipeline.loaded.pace import Pace
from migration_pipeline.loaded.protocol import Batch, BatchResult
from migration_pipeline.loaded.targets import postgres_journal, postgres_merge, postgres_undo
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.errors import Store2erpError
from migration_pipeline_tests.benchmarks.chaos_tables import mapped_store

KILL, CUT, CRASH = "kill", "cut", "crash"
_END_OTHERS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@dataclass(frozen=True)
class Job:
    """What the process does.

    Attributes:
        databases: where to.
        told: file that it leaves behind if it lives: `{"points": [...], "error": ..., "wrong": [...]}`.
        undo: take all of the store's batches back instead of loading it.
        point: number of the point to act at, from 1; 0: none.
        action: what happens there: the process kills itself with signal 9, the server ends its connection to the ERP, or all processes of
            the server (whose first is `postmaster`) are killed with signal 9.
        rows: of each batch.
        attempts: how often it tries a batch while the ERP cannot be reached.
    """

    databases: Databases
    told: Path
    store: str = "S1"
    lines: int = 600
    version: int = 1
    run_id: str = "r1"
    undo: bool = False
    point: int = 0
    action: str = KILL
    postmaster: int = 0
    rows: int = 200
    attempts: int = 4


@dataclass
class Points:
    """Counts the points that were reached and acts at the one that was asked for."""

    job: Job
    names: list[str] = field(default_factory=list)

    def reach(self, name: str) -> None:
        """The process is at this point."""
        self.names.append(name)
        if len(self.names) == self.job.point:
            match self.job.action:
                case "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                case "crash":
                    crash(self.job.postmaster)
                case "cut":
                    with self.job.databases.connect(ERP, autocommit=True) as connection:
                        connection.execute(_END_OTHERS)

    def around(self, write: Callable[..., int]) -> Callable[..., int]:
        """A writing function with a point before each call; the last one of a transaction has another one after it."""

        def written(cursor: Any, what: str, *arguments: Any) -> int:
            self.reach(what)
            rows = write(cursor, what, *arguments)
            if what in {"close batch", "end undo"}:
                self.reach("commit")
            return rows

        return written


@dataclass(frozen=True)
class WatchedTarget(PostgresTarget):
    """The real target with points around its transactions."""

    points: Points = field(kw_only=True)

    def load_batch(self, batch: Batch, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        """As the real one."""
        self.points.reach(f"begin {batch.dataset}")
        result = PostgresTarget.load_batch(self, batch, tables)
        self.points.reach(f"committed {batch.dataset}")
        return result


@dataclass(frozen=True)
class WatchedJournal:
    """The real journal with points around its entries."""

    real: BatchRepository
    points: Points

    def record(self, batch: BatchRecord) -> None:
        """As the real one."""
        self.points.reach(f"journal: {batch.dataset} {batch.status}")
        self.real.record(batch)

    def settle(self, store: str, dataset: str, held: Mapping[str, BatchResult]) -> None:
        """As the real one."""
        self.points.reach(f"journal: settle {dataset}")
        self.real.settle(store, dataset, held)
        self.points.reach(f"journal: settled {dataset}")


def crash(postmaster: int) -> None:
    """kill -9 for a server and all its processes."""
    with suppress(psutil.NoSuchProcess):
        server = psutil.Process(postmaster)
        for process in [server, *server.children(recursive=True)]:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


def run(job: Job) -> None:
    """Do the job; what happened is in `job.told`, unless the process was killed."""
    points = Points(job)
    for module, name in ((postgres_merge, "write"), (postgres_merge, "write_copy"), (postgres_journal, "write"), (postgres_undo, "write")):
        setattr(module, name, points.around(getattr(module, name)))
    told: dict[str, Any] = {"error": "", "wrong": []}
    try:
        if job.undo:
            taken_back(job, points)
        else:
            told["wrong"] = loaded(job, points)
    except Store2erpError as error:
        told["error"] = f"{type(error).__name__}: {error.what}"
    job.told.write_text(json.dumps({**told, "points": points.names}), encoding="utf-8")


def loaded(job: Job, points: Points) -> list[str]:
    """Load all datasets in order; returns the datasets of which a source row has not exactly one outcome, `loaded`."""
    target, journal = WatchedTarget(job.databases, points=points), WatchedJournal(BatchRepository(job.databases), points)
    pace = Pace(first_rows=job.rows, least_rows=job.rows, most_rows=job.rows)
    settings = LoadSettings(pace=pace, attempts=job.attempts, sleep=lambda seconds: None)
    outputs = _rows(job)
    return [
        name
        for name in DATASETS
        if not _complete(outputs[name], load(name, outputs[name], target, journal, store=job.store, run_id=job.run_id, settings=settings))
    ]


def _rows(job: Job) -> dict[str, StageOutput]:
    """What is loaded; made once and kept beside what the process tells, because making takes longer than loading."""
    file = job.told.with_name(f"rows-{job.store}-{job.lines}-{job.version}")
    if not file.exists():
        file.write_bytes(pickle.dumps(mapped_store(job.store, job.lines, job.version)))
    return pickle.loads(file.read_bytes())  # noqa: S301 - written above


def _complete(mapped: StageOutput, after: StageOutput) -> bool:
    ids = after.outcomes["row_id"]
    return sorted(ids) == sorted(mapped.tables[PENDING]["row_id"]) and ids.is_unique and set(after.outcomes["outcome"]) == {"loaded"}


def taken_back(job: Job, points: Points) -> None:
    """Take back all batches of the store, the newest first, and journal each."""
    target, journal = PostgresTarget(job.databases), BatchRepository(job.databases)
    for held in reversed(target.batches(job.store)):
        if held.undone_at is None:
            done = target.undo_batch(held.batch.batch_id)
            points.reach("taken back")
            journal.record_undone([_record(done.batch)])
            points.reach("journal: undone")


def _record(batch: Batch) -> UndoRecord:
    about = {"undo_id": "chaos", "batch_id": batch.batch_id, "store": batch.store, "dataset": batch.dataset, "undone_by": "", "reason": ""}
    return UndoRecord(undone_at=datetime.now(UTC), figures={}, hash_before_load="", hash_after="", **about)
