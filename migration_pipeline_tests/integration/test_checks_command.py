"""`store2erp checks` shows an auditor every check of every store in every run, and no person."""

import json

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.control.repository.checks import CheckRepository, Wanted
from migration_pipeline.orchestration.build import build_defs
from migration_pipeline.runtime.databases import URL_VARIABLE
from migration_pipeline_tests.integration.conftest import Demo, in_a_process
from migration_pipeline_tests.orchestration.graph_view import view

RUNS = 2


def test_every_check_of_every_store_is_in_the_history_of_both_runs(demo: Demo) -> None:
    found = CheckRepository(demo.workspace.databases).history(Wanted())
    expected = sorted(
        (store, check.asset, check.name)
        for store in demo.workspace.stores
        for check in view(build_defs()).checks
        if check.asset.partition("_")[2] in demo.workspace.datasets(store)
        for _ in range(RUNS)
    )
    assert sorted((one.store, f"{one.stage}_{one.dataset}", one.check_name) for one in found) == expected
    assert {one.verdict for one in found} <= {"passed", "warned"}


def test_the_command_gives_one_store_and_dataset_as_json_and_as_a_table(demo: Demo) -> None:
    url = {URL_VARIABLE: demo.workspace.databases.url("postgres"), "PATH": ""}
    store, dataset = next(iter(demo.workspace.stores)), next(iter(DATASETS))
    ended = in_a_process("checks", "-p", demo.folder, "--store", store, "--dataset", dataset, "--json", **url)
    rows = json.loads(ended.out)["checks"]
    assert {(row["store"], row["dataset"]) for row in rows} == {(store, dataset)}
    assert {"conservation", "reconciliation", "expectations"} <= {row["check_name"] for row in rows}
    shown = in_a_process("checks", "-p", demo.folder, "--store", store, "--since", "2999-01-01", **url)
    assert "(0)" in shown.out
