"""Loads and undos that are killed, cut off and starved at every point: `make chaos`, or this module [--step N].

Hit are a first load (copied) and a second one with changes (merged, with before-images) of a small store, and the undo of both:
kill -9 of the loader between any two statements, its connection ended by the server there, the COMMIT or its answer lost on the way,
kill -9 of PostgreSQL, a full disk, and a kill while another store loads. Afterwards the store is loaded again (or the undo repeated), and:
the ERP's state hash is that of an undisturbed load, every source row has one outcome, the ERP's journal and the control database's say the
same, and after an undo the ERP is as before the first load. Prints a table, writes `build/bench/chaos.json`; ends with code 1 if anything
differs. `--step N` hits every Nth point only.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.embedded_postgres import destroy, start
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.benchmarks.chaos_ground import Ground, small_disk
from migration_pipeline_tests.benchmarks.lost_answers import EARLY, UNANSWERED, UNHEARD, Breaks, lossy
from migration_pipeline_tests.benchmarks.one_load import CRASH, CUT, KILL, crash

FIGURES = Path("build/bench/chaos.json")
LOADS = {"first load": ("empty", "first", 1), "second load": ("first", "second", 2)}
"""Name -> state before, state after, version of the rows."""
CRASHES, LARGE, DISK = 12, 30_000, 700
ROOM = (1, 2, 3, 4, 6)
"""MiB that are free when a load of `LARGE` lines begins on a disk of its own."""


@dataclass(frozen=True)
class Hit:
    """One disturbance and what was not as it must be afterwards."""

    what: str
    point: str
    problems: list[str]


Hits = Iterator[Hit]


def prepared(databases: Databases, folder: Path) -> Ground:
    """A ground with the states `empty`, `first` (loaded once) and `second` (loaded again with changes), and the points of both loads."""
    ground = Ground(databases, folder)
    ground.prepare()
    for load, (_, after, version) in LOADS.items():
        ground.points[load] = _undisturbed(ground, version=version, run_id=after)
        ground.keep(after)
    return ground


def _undisturbed(ground: Ground, **about: object) -> list[str]:
    ended = ground.run(ground.job(**about))
    if not ended.fine:
        raise RuntimeError(f"an undisturbed load fails: {ended}")
    return list(ended.told["points"])


def hit_load(ground: Ground, load: str, point: int, name: str, action: str, postmaster: int = 0) -> Hit:
    """Disturb one load at one point. A killed loader must have died; one that lost its connection must have gone on by itself."""
    before, after, version = LOADS[load]
    ground.restore(before)
    ended = ground.run(ground.job(version=version, point=point, action=action, postmaster=postmaster))
    if action == CRASH:
        return Hit(f"kill -9 of PostgreSQL, {load}", name, [] if ended.code == 0 else [f"the loader broke: {ended}"])
    as_meant = ended.killed if action == KILL else ended.fine
    problems = [] if as_meant else [f"the loader: {ended}"]
    what = {KILL: "kill -9 of the loader", CUT: "connection cut"}[action]
    return Hit(f"{what}, {load}", name, problems + ground.problems(after, version=version))


def hit_undo(ground: Ground, point: int, name: str) -> Hit:
    """Kill an undo of both loads at one point and repeat it."""
    ground.restore("second")
    ended = ground.run(ground.job(undo=True, point=point))
    problems = [] if ended.killed else [f"the undo: {ended}"]
    again = ground.run(ground.job(undo=True))
    problems += [] if again.fine else [f"repeated undo: {again}"]
    problems += [] if ground.target.state_hash() == ground.hashes["empty"] else ["not empty after undo"]
    return Hit("kill -9 of the undo", name, problems)


def hit_commit(ground: Ground, load: str, how: str, at: int) -> tuple[Hit, bool]:
    """Break the connection at one COMMIT of a load; also whether there was such a COMMIT."""
    before, after, version = LOADS[load]
    ground.restore(before)
    breaks = Breaks(how, at)
    with lossy(ground.databases, breaks) as databases:
        ended = ground.run(replace(ground.job(version=version), databases=databases))
    problems = [] if ended.fine else [f"the loader: {ended}"]
    return Hit(f"{how}, {load}", f"COMMIT {at}", problems + ground.problems(after, version=version)), breaks.seen >= at


def hit_beside(ground: Ground, point: int, name: str) -> Hit:
    """Kill the first load of a store while another store loads the same items and members."""
    ground.restore("empty")
    jobs = [ground.job(point=point), ground.job(store="S2", run_id="other")]
    processes = [ground.started(job) for job in jobs]
    killed, other = (ground.ended(job, process) for job, process in zip(jobs, processes, strict=True))
    problems = [] if killed.killed and other.fine else [f"the loaders: {killed} {other}"]
    return Hit("kill -9 of the loader, two stores at once", name, problems + ground.problems("both", undo=("S1", "S2")))


def on_fast_server(ground: Ground, step: int) -> Hits:
    """Everything that needs no durable server."""
    for load, points in ground.points.items():
        for action in (KILL, CUT):
            for point, name in _every(step, points):
                yield hit_load(ground, load, point, name, action)
        for how in (UNHEARD, UNANSWERED, EARLY):
            at, there = 1, True
            while there:
                hit, there = hit_commit(ground, load, how, at)
                if there:
                    yield hit
                at += step
    ground.restore("second")
    for point, name in _every(step, _undisturbed(ground, undo=True)):
        yield hit_undo(ground, point, name)
    ground.restore("first")
    _undisturbed(ground, store="S2", run_id="other")
    ground.keep("both")
    for point, name in _every(4 * step, ground.points["first load"]):
        yield hit_beside(ground, point, name)


def _every(step: int, points: Sequence[str]) -> list[tuple[int, str]]:
    """Every step-th point with its number, beginning in the middle of a step; at least one."""
    numbered = list(enumerate(points, start=1))
    return numbered[step // 2 :: step] or numbered[-1:]


def with_crashes(ground: Ground, home: Home, step: int) -> Hits:
    """kill -9 of a durable server: at every eighth point of both loads, and at moments that nobody chose."""
    for load, (before, after, version) in LOADS.items():
        for point, name in _every(8 * step, ground.points[load]):
            hit = hit_load(ground, load, point, name, CRASH, start(home).pid)
            start(home)
            yield replace(hit, problems=hit.problems + ground.problems(after, version=version))
        moments = random.Random(version)  # noqa: S311 - the same moments every time
        for _ in range(0, CRASHES, max(step // 4, 1)):
            ground.restore(before)
            job, seconds = ground.job(version=version), moments.uniform(0.1, 1.5)
            process = ground.started(job)
            time.sleep(seconds)
            crash(start(home).pid)
            ended = ground.ended(job, process)
            start(home)
            problems = [] if ended.code == 0 else [f"the loader broke: {ended}"]
            yield Hit(f"kill -9 of PostgreSQL, {load}", f"after {seconds:.2f} s", problems + ground.problems(after, version=version))


def with_full_disk(folder: Path) -> Hits:
    """A load runs out of disk space, then there is room again."""
    mount = folder / "disk"
    try:
        with small_disk(mount, DISK) as resize:
            home = Home(mount / "home")
            try:
                yield from _filled(home, mount, folder, resize)
            finally:
                destroy(home)
    except OSError as error:
        Console().print(f"full disk: left out, {error}")


def _filled(home: Home, mount: Path, folder: Path, resize: Callable[[int], None]) -> Hits:
    ground = Ground(_databases(start(home).base_url), folder)
    ground.prepare()
    large = {"lines": LARGE, "rows": LARGE // 5, "attempts": 1}
    _undisturbed(ground, **large)
    ground.keep("large")
    for free in ROOM:
        resize(DISK)
        ground.restore("empty")
        resize(psutil.disk_usage(str(mount)).used // 2**20 + 1 + free)
        ended = ground.run(ground.job(**large))
        resize(DISK)
        start(home)
        problems = [] if ended.code == 0 and ended.told["error"] else [f"the disk did not fill, or the loader broke: {ended}"]
        yield Hit("disk full", f"{free} MiB free, {len(ended.told.get('points', ()))} points", problems + ground.problems("large", **large))


def _databases(url: str) -> Databases:
    return Databases(url, options="sslmode=disable", prefix="chaos_")


def all_hits(folder: Path, step: int) -> Hits:
    """Every disturbance, on three servers one after the other."""
    for durable in (False, True):
        home = Home(folder / f"home-{durable}")
        try:
            ground = prepared(_databases(start(home, durable=durable).base_url), folder)
            yield from with_crashes(ground, home, step) if durable else on_fast_server(ground, step)
        finally:
            destroy(home)
    yield from with_full_disk(folder)


def show(hits: list[Hit], seconds: float) -> None:
    """One line per kind of disturbance and stretch of points."""
    table = Table("disturbed", "points", "final hash equal", "not equal at", title=f"Chaos: {len(hits)} disturbances in {seconds:.0f} s")
    for what in dict.fromkeys(hit.what for hit in hits):
        own = [hit for hit in hits if hit.what == what]
        wrong = [hit.point for hit in own if hit.problems]
        table.add_row(what, f"{len(own)}", f"{len(own) - len(wrong)} of {len(own)}", ", ".join(wrong))
    Console(width=140).print(table)


def main() -> None:
    """Disturb, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="hit every Nth point only")
    step, hits, begun, console = parser.parse_args().step, list[Hit](), time.monotonic(), Console(stderr=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        for hit in all_hits(folder, step):
            hits.append(hit)
            console.print(f"{len(hits):4} {hit.what}: {hit.point}: {hit.problems or 'equal'}", markup=False, highlight=False)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps([asdict(hit) for hit in hits], indent=1), encoding="utf-8")
    show(hits, time.monotonic() - begun)
    sys.exit(any(hit.problems for hit in hits))


if __name__ == "__main__":
    main()
