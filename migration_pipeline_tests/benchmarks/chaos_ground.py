"""Where chaos happens: an ERP and a control database that are put into a known state again and again, and loaders in processes.

Belongs here: states, processes, what must hold after a disturbance. Does not belong here: the disturbances (`chaos_load.py`).
"""

import json
import multiprocessing
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.loaded.protocol import CompanyRow, StoreRow
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.runtime.databases import CONTROL, ERP, Databases
from migration_pipeline_tests.benchmarks import one_load
from migration_pipeline_tests.benchmarks.chaos_tables import STORES
from migration_pipeline_tests.benchmarks.one_load import Job

SECONDS = 120
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([one_load.__name__])


@dataclass(frozen=True)
class Ended:
    """How a loader process ended; `told` is empty if it was killed."""

    code: int
    told: dict[str, Any]

    def __str__(self) -> str:
        """Without the list of points."""
        return f"code {self.code}, {[self.told.get(name) for name in ('error', 'wrong')]}, {len(self.told.get('points', ()))} points"

    @property
    def killed(self) -> bool:
        """By signal 9."""
        return self.code == -signal.SIGKILL

    @property
    def fine(self) -> bool:
        """It came to its end without an error, and every source row has one outcome."""
        return self.code == 0 and not self.told["error"] and not self.told["wrong"]


@dataclass(frozen=True)
class Ground:
    """The databases of one server (a prefix of their own) and a folder for what processes tell.

    Attributes:
        hashes: state of the ERP by the name of a kept state.
        points: those of an undisturbed load, by its name.
    """

    databases: Databases
    folder: Path
    hashes: dict[str, str] = field(default_factory=dict, compare=False)
    points: dict[str, list[str]] = field(default_factory=dict, compare=False)

    @property
    def target(self) -> PostgresTarget:
        """The ERP."""
        return PostgresTarget(self.databases)

    def job(self, **about: Any) -> Job:
        """A job on this ground."""
        return Job(self.databases, self.folder / f"told-{about.get('store', 'S1')}.json", **about)

    def started(self, job: Job) -> BaseProcess:
        """A process that does the job."""
        job.told.unlink(missing_ok=True)
        process = _PROCESSES.Process(target=one_load.run, args=(job,))
        process.start()
        return process

    def ended(self, job: Job, process: BaseProcess) -> Ended:
        """How it ended."""
        process.join(SECONDS)
        if process.exitcode is None:
            raise TimeoutError(f"a loader does not end: {job}")
        return Ended(process.exitcode, json.loads(job.told.read_text(encoding="utf-8")) if job.told.exists() else {})

    def run(self, job: Job) -> Ended:
        """A process that does the job, to its end."""
        return self.ended(job, self.started(job))

    def prepare(self) -> None:
        """Set-up rows and journals, nothing loaded: the state `empty`."""
        upgrade(self.databases)
        stores = [StoreRow(store, store, {"MAIN": "Main"}) for store in STORES]
        self.target.prepare(CompanyRow("C1", "Company", "CNY"), stores, VOCABULARIES["unit"])
        self.keep("empty")

    def keep(self, state: str) -> None:
        """Remember the databases as they are now."""
        self.hashes[state] = self.target.state_hash()
        for name in (ERP, CONTROL):
            self._copy(self.databases.prefix + name, f"{self.databases.prefix}{state}_{name}")

    def restore(self, state: str) -> None:
        """Both databases as they were when the state was kept."""
        for name in (ERP, CONTROL):
            self._copy(f"{self.databases.prefix}{state}_{name}", self.databases.prefix + name)

    def drop(self) -> None:
        """All databases of this ground."""
        with self._server() as connection:
            for state in ("", *(f"{state}_" for state in self.hashes)):
                for name in (ERP, CONTROL):
                    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                    connection.execute(drop.format(sql.Identifier(f"{self.databases.prefix}{state}{name}")))

    def _server(self) -> psycopg.Connection[tuple[Any, ...]]:
        return replace(self.databases, prefix="").connect("postgres", autocommit=True)

    def _copy(self, source: str, copy: str) -> None:
        with self._server() as connection:
            connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ANY(%s)", ([source, copy],))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(source)))

    def problems(self, state: str, undo: Sequence[str] = STORES[:1], **about: Any) -> list[str]:
        """What is not as after an undisturbed load of `state`, once the store was loaded again; then all is taken back.

        Args:
            state: a kept one, with the hash that must come out.
            undo: which stores are taken back then.
            about: the rest of the job.
        """
        again = self.run(self.job(run_id="again", **about))
        found = [] if again.fine else [f"second load: {again}"]
        if self.target.state_hash() != self.hashes[state]:
            found.append("another state than that of an undisturbed load")
        found += self._journal_problems()
        for store in undo:
            back = self.run(self.job(store=store, undo=True))
            found += [] if back.fine else [f"undo: {back}"]
        if self.target.state_hash() != self.hashes["empty"]:
            found.append("not empty after undo")
        return found

    def _journal_problems(self) -> list[str]:
        """Both journals must know the same committed batches and the same figures; nothing is left open."""
        names = ["rows", "inserted", "updated", "unchanged"]
        held = {one.batch.batch_id: [getattr(one.result, name) for name in names] for one in self.target.batches()}
        frame = BatchRepository(self.databases).attempted().set_index("batch_id")
        committed = frame[frame["status"].isin(["committed", "undone"])]
        known = {str(batch_id): [int(row[name]) for name in names] for batch_id, row in committed.iterrows()}
        open_ones = frame.index[frame["status"] == "started"].tolist()
        return [f"journals differ: {held} {known}"] * (held != known) + [f"still open: {open_ones}"] * bool(open_ones)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Callable[[int], None]]:
    """A file system of its own at `folder`, and what gives it another size.

    Raises:
        OSError: this user may not mount one.
    """

    def mount(*arguments: str) -> None:
        if subprocess.run(["mount", *arguments, str(folder)], capture_output=True, check=False).returncode:
            raise OSError("no file system can be mounted here (needs root)")

    folder.mkdir(parents=True)
    mount("-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs")
    try:
        yield lambda size: mount("-o", f"remount,size={size}m")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)
