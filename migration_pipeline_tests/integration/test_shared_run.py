"""Several stores in one Dagster run: each has its own history, and a store that stops leaves the others."""

from collections import Counter
from collections.abc import Callable

import dagster as dg
import pytest

from migration_pipeline.contracts.datasets import DATASETS, STAGES
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.run import register_stores, run_stores
from migration_pipeline.orchestration.workspace import open_workspace
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

STORES = ("A", "B", "C")


@pytest.fixture
def chain(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """Three stores; the one in the middle lacks its file of sale lines."""
    project = write_project(tmp_path_factory.mktemp("shared") / "chain", STORES)
    project.file("B", "lines").unlink()
    return project


def test_a_stopped_store_leaves_the_others_of_its_run(chain: SmallProject, own_databases: Callable[[Home], Databases]) -> None:
    """A and C have every materialization and check result under their own name; B has what it reached; the run ends as failed."""
    workspace = open_workspace(chain.folder)
    with open_instance(workspace.home, own_databases(workspace.home)) as instance:
        register_stores(instance, workspace)
        ended = run_stores(workspace, instance, STORES)
        assert [(one.store, one.ok, [f.step for f in one.failures]) for one in ended] == [
            ("A", True, []),
            ("B", False, ["raw_sales"]),
            ("C", True, []),
        ]
        (run_id,) = {one.run_id for one in ended}
        run = instance.get_run_by_id(run_id)
        assert run is not None
        assert (run.status, run.tags["stores"]) == (dg.DagsterRunStatus.FAILURE, "A, B, C")
        for dataset in DATASETS:
            made = {stage: instance.get_materialized_partitions(dg.AssetKey(f"{stage}_{dataset}")) for stage in STAGES}
            reached = {"raw", "cleaned", "mapped"} if dataset != "sales" else set()
            assert {stage for stage, stores in made.items() if "B" in stores} == reached
            assert all({"A", "C"} <= set(stores) for stores in made.values())
        entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        found = [entry.get_dagster_event().asset_check_evaluation_data for entry in entries]
        results = Counter(one.partition for one in found)
        assert results["A"] == results["C"] > results["B"] > 0
        assert all(one.target_materialization_data and one.target_materialization_data.run_id == run_id for one in found)
