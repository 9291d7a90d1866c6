"""A backfill of many small stores through Dagster's daemon, as the UI starts it: wall time, runs, peak memory, and a broken store.

`python -m migration_pipeline_tests.benchmarks.backfill --stores 200 --broken S100`: simulates the chain, starts webserver and daemon on it,
launches the backfill of all assets by GraphQL, waits, and measures the same work without Dagster in as many processes. Writes
`build/bench/backfill.json`. Seconds of a noisy machine: read the ratio.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
import psutil

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.assets import BODIES
from migration_pipeline.orchestration.assets.grammar import ALL
from migration_pipeline.orchestration.checks import checks_of
from migration_pipeline.orchestration.checks.store_check import judged_checks
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.run import register_stores
from migration_pipeline.orchestration.store_stage import StoreStage
from migration_pipeline.orchestration.workspace import open_workspace
from migration_pipeline.runtime.embedded_postgres import destroy
from migration_pipeline.runtime.kept_connections import connections_kept
from migration_pipeline.runtime.lake import write_stage
from migration_pipeline.runtime.paths import Home
from migration_pipeline.simulation import chain, plans

OUT = Path("build/bench/backfill.json")
_LAUNCH = """
mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) { __typename ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message } } }
"""


def make_chain(folder: Path, stores: int, broken: str) -> None:
    """Stores of about 60 rows per dataset; one of them without its files."""
    small = plans.SCALES["tiny"]
    plans.SCALES["tiny"] = replace(small, stores=stores, people=20 * stores)
    chain.simulate(folder, size="tiny")
    plans.SCALES["tiny"] = small
    for path in (folder / "data" / broken).rglob("*") if broken else ():
        if path.is_file():
            path.unlink()


def bare_work(folder: Path, stores: list[str]) -> float:
    """The same bodies and checks in a loop, without Dagster; CPU seconds."""
    workspace, began = open_workspace(folder), time.process_time()
    run = dg.DagsterRun(job_name="bare", run_id=f"bare-{os.getpid()}")
    with connections_kept():
        for stage, body in BODIES.items():
            for dataset in DATASETS.values():
                for store in stores:
                    at = StoreStage(workspace, run, stage, dataset, store)
                    made = body(at)
                    write_stage(workspace.home.lake, stage, dataset.name, store, made.output)
                    judged_checks(checks_of(stage, dataset), at, made.output)
    return time.process_time() - began


@contextmanager
def dagster_up(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Webserver, daemon and code server as `store2erp ui` starts them."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = "from migration_pipeline.cli.main import main; main()"
    command = [sys.executable, "-c", code, "ui", "-p", str(folder), "--port", str(port)]
    log = (folder / "ui.log").open("w", encoding="utf-8")
    with subprocess.Popen(command, stdout=log, stderr=log) as started:
        url, process = f"http://127.0.0.1:{port}", psutil.Process(started.pid)
        try:
            _wait_until(lambda: _is_up(url), 120)
            yield url, process
        finally:
            for child in [*process.children(recursive=True), process]:
                child.terminate()
            psutil.wait_procs([process], timeout=30)


def _is_up(url: str) -> bool:
    try:
        return bool(_ask(url, "query { workspaceOrError { __typename ... on Workspace { locationEntries { loadStatus } } } }"))
    except OSError:
        return False


def _wait_until(ready: "object", seconds: float) -> None:
    end = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TimeoutError(f"not ready after {seconds} s")
        time.sleep(1)


def _ask(url: str, query: str, variables: dict[str, object] | None = None) -> dict[str, object]:
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    request = urllib.request.Request(f"{url}/graphql", body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        told: dict[str, object] = json.loads(answer.read())["data"]
        return told


def backfilled(folder: Path) -> dict[str, object]:
    """Launch a backfill of every asset for every store and wait for its end."""
    workspace = open_workspace(folder)
    stores = list(workspace.stores)
    with open_instance(workspace.home, workspace.databases) as instance, dagster_up(folder) as (url, process):
        register_stores(instance, workspace)
        params = {"assetSelection": [{"path": [name]} for name in ALL], "partitionNames": stores, "title": "benchmark"}
        began, peak = time.monotonic(), 0
        told = _ask(url, _LAUNCH, {"params": params})["launchPartitionBackfill"]
        backfill_id = told["backfillId"]  # type: ignore[index]
        while (backfill := instance.get_backfill(backfill_id)) and backfill.status.value in {"REQUESTED", "COMPLETING", "FAILING"}:
            peak = max(peak, max((_memory(child) for child in process.children(recursive=True)), default=0))
            time.sleep(1)
        seconds = time.monotonic() - began
        runs = instance.get_runs(dg.RunsFilter(tags={"dagster/backfill": backfill_id}))
        made = instance.get_materialized_partitions(dg.AssetKey("reconciled_sales"))
        return {
            "stores": len(stores),
            "seconds": round(seconds, 1),
            "backfill": backfill.status.value if backfill else "",
            "runs": Counter(run.status.value for run in runs),
            "reconciled_stores": len(made),
            "peak_mib_of_a_process": peak // 1024**2,
        }


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stores", type=int, default=200)
    parser.add_argument("--broken", default="")
    parser.add_argument("--folder", type=Path, help="where the chains go; default: a folder that is deleted in the end")
    given = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        measure(folder, given.stores, given.broken)
        for chain_folder in (folder / "backfill", folder / "bare"):
            destroy(Home.of(chain_folder))


def measure(folder: Path, stores: int, broken: str) -> None:
    """Both ways, one after the other."""
    processes = os.cpu_count() or 2
    make_chain(folder / "backfill", stores, broken)
    figures = backfilled(folder / "backfill")
    make_chain(folder / "bare", stores, "")
    names = list(open_workspace(folder / "bare").stores)
    parts = [names[start::processes] for start in range(processes)]
    began = time.monotonic()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        cpu = list(pool.map(bare_work, [folder / "bare"] * processes, parts))
    figures |= {"bare_seconds": round(time.monotonic() - began, 1), "bare_cpu_seconds": round(sum(cpu), 1), "processes": processes}
    figures["over_the_work_seconds"] = round(float(str(figures["seconds"])) - float(str(figures["bare_seconds"])), 1)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
