"""Figures reach Prometheus in its form, every SELECT runs, and stores that left the project leave no series behind."""

import urllib.request
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError

import pytest
from sqlalchemy.orm import Session

from migration_pipeline.cli.metrics import metrics_server
from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import LoadBatch
from migration_pipeline.control.models_runs import RunStop
from migration_pipeline.control.views import build_views
from migration_pipeline.orchestration.metrics import FAMILIES, Family, Sample, bounded, exposition
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.small_project import write_project

RUNS = Family("runs_total", "counter", "Runs", "运行", "runs")


def test_the_form_of_prometheus_and_of_openmetrics() -> None:
    families = [(RUNS, [Sample({"result": 'a"b\\c'}, "3"), Sample({}, "0.5")])]
    assert exposition(families).splitlines() == [
        "# HELP store2erp_runs_total Runs. 运行。",
        "# TYPE store2erp_runs_total counter",
        'store2erp_runs_total{result="a\\"b\\\\c"} 3',
        "store2erp_runs_total 0.5",
    ]
    opened = exposition(families, openmetrics=True).splitlines()
    assert (opened[1], opened[2][:21], opened[-1]) == ("# TYPE store2erp_runs counter", "store2erp_runs_total{", "# EOF")


def test_only_stores_of_the_project_make_series() -> None:
    samples = [Sample({"store": store}, "1") for store in ("A", "GONE")] + [Sample({"dataset": "sales"}, "2")]
    assert [one.value for one in bounded(samples, {"store": {"A"}, "channel": set()})] == ["1", "2"]


def test_a_scrape_reads_every_figure_from_the_control_database(tmp_path: Path, databases: Databases) -> None:
    upgrade(databases)
    build_views(databases)
    now = datetime.now(UTC)
    nothing = dict.fromkeys(("inserted", "updated", "unchanged"), 0) | {"number": 1, "attempts": 1, "hash_before": "", "undone_at": None}
    batch = {"run_id": "r", "store": "A", "dataset": "sales", "rows": 50, "money": Decimal(0), "status": "committed", **nothing}
    with Session(control_engine(databases)) as session, session.begin():
        session.add(LoadBatch(batch_id="b1", started_at=now - timedelta(seconds=2), ended_at=now, **batch))
        session.add(LoadBatch(batch_id="b2", started_at=now, ended_at=None, **(batch | {"status": "started"})))
        stop = {"run_id": "r", "store": "A", "stopped_at": now, "told": "", "exit_code": 3}
        session.add_all([RunStop(**stop, asset=f"loaded_{name}", check_name="") for name in ("sales", "members")])
    project = write_project(tmp_path / "shop")
    workspace = Workspace(load_project(project.folder), Home.of(project.folder), databases)
    with metrics_server(workspace, "127.0.0.1", 0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        base = f"http://127.0.0.1:{server.server_port}"
        try:
            with urllib.request.urlopen(f"{base}/metrics") as answer:  # noqa: S310 - our own server
                kind, text = answer.headers["Content-Type"], answer.read().decode()
            with pytest.raises(HTTPError, match="404"):
                urllib.request.urlopen(base)
        finally:
            server.shutdown()
            thread.join()
    assert kind.startswith("text/plain; version=0.0.4")
    assert text.count("# TYPE ") == len(FAMILIES)
    assert {line for line in text.splitlines() if not line.startswith("#")} == {
        'store2erp_stops_total{stage="loaded",cause="error"} 2',
        'store2erp_load_batches_total{dataset="sales",status="committed"} 1',
        'store2erp_load_batches_total{dataset="sales",status="started"} 1',
        'store2erp_load_rows_total{dataset="sales"} 50',
        'store2erp_load_seconds_total{dataset="sales"} 2.000',
        'store2erp_load_rows_per_second{dataset="sales"} 25.0',
        'store2erp_batch_seconds{dataset="sales",quantile="0.5"} 2.000',
        'store2erp_batch_seconds{dataset="sales",quantile="0.95"} 2.000',
    }
