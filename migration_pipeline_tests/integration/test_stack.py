"""Production's processes start, carry out a backfill that the web page launches, and end without leaving anything."""

import json
import socket
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import psutil
import pytest

from migration_pipeline.cli.server import ready, settings_of
from migration_pipeline.orchestration.assets.grammar import name_of
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime import stack
from migration_pipeline.runtime.databases import URL_VARIABLE
from migration_pipeline.simulation import chain, plans

pytestmark = pytest.mark.slow
_LAUNCH = """
mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) { __typename ... on LaunchBackfillSuccess { backfillId } } }
"""
_ASSETS = [name_of(stage, "suppliers") for stage in ("raw", "cleaned")]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """Two tiny stores with an embedded server of their own: Dagster's database has no prefix of a test worker."""
    from migration_pipeline.runtime.embedded_postgres import destroy

    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.setitem(plans.SCALES, "tiny", replace(plans.SCALES["tiny"], stores=2))
    chain.simulate(tmp_path / "chain", size="tiny")
    workspace = ready(tmp_path / "chain", None)
    yield workspace
    stack.down(workspace.home)
    destroy(workspace.home)


def launched(port: int, stores: list[str]) -> str:
    """The id of a backfill, asked for as the web page does."""
    params = {"assetSelection": [{"path": [name]} for name in _ASSETS], "partitionNames": stores}
    body = json.dumps({"query": _LAUNCH, "variables": {"params": params}}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return str(json.loads(answer.read())["data"]["launchPartitionBackfill"]["backfillId"])


def test_a_backfill_runs_on_the_stack_and_the_stack_stops_clean(project: Workspace) -> None:
    """If the daemon could not reach the code server, or a part outlived `down`, a night's migration would not run or run twice."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    parts = stack.up(project.home, settings_of(project), host="127.0.0.1", port=port)
    assert stack.up(project.home, settings_of(project), host="127.0.0.1", port=port) == parts, "a second `up` starts nothing"
    with open_instance(project.home, project.databases) as instance:
        backfill = launched(port, list(project.stores))
        end = time.monotonic() + 120
        while instance.get_backfill(backfill).status.value == "REQUESTED" and time.monotonic() < end:  # type: ignore[union-attr]
            time.sleep(0.5)
        assert instance.get_backfill(backfill).status.value == "COMPLETED_SUCCESS"  # type: ignore[union-attr]
        assert instance.get_materialized_partitions(dg.AssetKey(_ASSETS[-1])) == set(project.stores)
    assert stack.down(project.home) == ["daemon", "webserver", "code"]
    assert not any(psutil.pid_exists(part.pid) and psutil.Process(part.pid).status() != psutil.STATUS_ZOMBIE for part in parts)
    assert set(stack.status(project.home, settings_of(project)).values()) == {"stopped"}
