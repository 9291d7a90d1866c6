"""UCI's daily files dropped in a seeded order, some twice, each followed by a tick and its run; the state at the end against one full load.

`python -m migration_pipeline_tests.benchmarks.sync_days DATA WORK [FILES]`, with STORE2ERP_HOME unset; WORK is a new folder. Of
six runs two are killed (signal 9) in their middle and made up for at the next tick.
"""

import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.run import register_stores, run_stores
from migration_pipeline.orchestration.sync_sensor import Tick, requests, tick, tried
from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.project.sync_settings import Sync

STORE, SETTINGS, SEED = "UK1", Sync(settle_seconds=10), 20101201
EXAMPLE = Path(__file__).parents[2] / "examples" / "uci-online-retail" / "migration.yaml"


def run(folder: Path, tags: dict[str, str], killed_at: str) -> None:
    """One run of the store; with `killed_at` this process kills itself once that asset was made."""

    def heard(_: str, asset: str) -> None:
        if asset == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    workspace = open_workspace(folder)
    with open_instance(workspace.home, workspace.databases) as instance:
        register_stores(instance, workspace)
        run_stores(workspace, instance, [STORE], tags=tags, on_step=heard)


def in_a_process(folder: Path, tags: dict[str, str], killed_at: str = "") -> float:
    """The same in an interpreter of its own, as a sensor's runs are; returns seconds."""
    started = time.monotonic()
    process = multiprocessing.get_context("spawn").Process(target=run, args=(folder, tags, killed_at))
    process.start()
    process.join()
    return time.monotonic() - started


def project(folder: Path) -> Path:
    """The example with a data folder of its own."""
    (folder / "data").mkdir(parents=True)
    (folder / "migration.yaml").write_text(EXAMPLE.read_text(encoding="utf-8") + "sync: {}\n", encoding="utf-8")
    return folder


def asked(workspace: Workspace, found: Tick) -> list[dict[str, str]]:
    """Tags of the runs that a tick asks for."""
    with open_instance(workspace.home, workspace.databases) as instance:
        return [dict(one.tags) for one in requests(workspace, found.due, lambda content: tried(instance, content, datetime.now(UTC)))]


def main(data: Path, work: Path, most: int) -> dict[str, object]:
    """Both ways; returns what they came to."""
    files = sorted(data.glob("*.csv"))[:most]
    whole, daily = project(work / "whole"), project(work / "daily")
    for file in files:
        shutil.copy2(file, whole / "data")
    full_seconds = in_a_process(whole, {})
    order = random.Random(SEED)  # noqa: S311 - an order, no secret
    first, *rest = order.sample(files, len(files))
    shutil.copy2(first, daily / "data")
    in_a_process(daily, {})
    arrivals = [*rest, *order.sample(rest, max(1, len(rest) // 5))]
    workspace, cursor, now = open_workspace(daily), "", 1_000
    runs, killed, seconds = 0, 0, list[float]()
    for file in arrivals:
        shutil.copy2(file, daily / "data")
        for _ in range(2):
            waiting = tick(workspace, SETTINGS, cursor, now)
            found = tick(workspace, SETTINGS, waiting.cursor, now + 10)
            cursor, now = found.cursor, now + 60
            for tags in asked(workspace, found):
                runs += 1
                kill = "mapped_sales" if runs % 6 == 3 else "loaded_products" if runs % 6 == 5 else ""
                killed += bool(kill)
                seconds.append(in_a_process(daily, tags, kill))
    hashes = [open_workspace(folder).target.state_hash(STORE) for folder in (whole, daily)]
    return {
        "files": len(files),
        "sent_again": len(arrivals) - len(rest),
        "runs": runs,
        "killed": killed,
        "equal": hashes[0] == hashes[1],
        "full_seconds": round(full_seconds, 1),
        "sync_seconds_median": round(sorted(seconds)[len(seconds) // 2], 1),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]).resolve(), int((sys.argv[3:] or ["305"])[0]))) + "\n")
