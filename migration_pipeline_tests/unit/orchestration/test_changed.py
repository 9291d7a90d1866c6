"""What has to run again: what differs from its last run, what did not end well, and what refers to either."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import RunVersion
from migration_pipeline.control.repository.versions import VersionRepository
from migration_pipeline.orchestration.changed import Plan, plan_changed
from migration_pipeline.orchestration.versions import versions_now
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

ALL = ("suppliers", "products", "members", "inventory", "sales")


@pytest.fixture
def chain(tmp_path: Path, databases: Databases) -> SmallProject:
    """Head office H and store A."""
    upgrade(databases)
    project = write_project(tmp_path / "chain", ("H", "A"))
    path = project.folder / "migration.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{id: H,", "{id: H, kind: head_office,"), encoding="utf-8")
    return project


def opened(project: SmallProject, databases: Databases) -> Workspace:
    """The project as it is now."""
    return Workspace(load_project(project.folder), Home(project.folder / "home"), databases)


def ran(workspace: Workspace, *, ended: bool = True, clean: bool = True, only: tuple[str, str] | None = None) -> None:
    """Record that everything (or one store's dataset) has run as it is now."""
    repository, moment = VersionRepository(workspace.databases), datetime.now(UTC)
    for store in workspace.stores:
        for dataset in workspace.datasets(store):
            if only in {None, (store, dataset)}:
                now = versions_now(workspace, store, dataset, repository.newest())
                said = {(part.kind, part.sha256): part.content for part in now.parts}
                made = {part.kind: {"sha256": part.sha256, "files": []} for part in now.parts}
                made_of = RunVersion(
                    run_id="r",
                    store=store,
                    dataset=dataset,
                    migration="m",
                    extract_id="x",
                    recorded_at=moment,
                    reconciled_at=moment if ended else None,
                    clean=clean,
                    versions=made,
                )
                repository.record(made_of, said)


def plan(project: SmallProject, databases: Databases, *arguments: list[str] | None) -> Plan:
    """What would run now."""
    return plan_changed(opened(project, databases), *arguments)


def test_what_never_ran_is_run_and_what_is_as_it_was_is_not(chain: SmallProject, databases: Databases) -> None:
    assert plan(chain, databases).work == {"H": ALL, "A": ALL}
    ran(opened(chain, databases))
    done = plan(chain, databases)
    assert (done.work, done.unchanged) == ({}, ("H", "A"))


def test_a_file_of_head_office_concerns_what_refers_to_it_in_all_stores(chain: SmallProject, databases: Databases) -> None:
    ran(opened(chain, databases))
    products = chain.file("H", "products")
    products.write_text(products.read_text(encoding="utf-8") + "H-4,,Rice,1.0000,\n", encoding="utf-8")
    found = plan(chain, databases)
    assert found.work == {"H": ("products", "inventory", "sales"), "A": ("inventory", "sales")}
    assert found.why["H", "products"] == ("inputs products/H/products.csv: changed",)
    assert found.why["A", "sales"] == ("needs H/products",)
    assert plan(chain, databases, ["A"], ["members"]).work == {}


def test_a_store_knows_that_head_office_ran_alone_in_between(chain: SmallProject, databases: Databases) -> None:
    """`run --store H` after a change leaves A's stock made of H's old products."""
    ran(opened(chain, databases))
    products = chain.file("H", "products")
    products.write_text(products.read_text(encoding="utf-8") + "H-4,,Rice,1.0000,\n", encoding="utf-8")
    for dataset in ("products", "inventory", "sales"):
        ran(opened(chain, databases), only=("H", dataset))
    found = plan(chain, databases)
    assert found.work == {"A": ("inventory", "sales")}
    assert found.why["A", "inventory"] == ("needs H/products: changed",)


@pytest.mark.parametrize(
    ("ended", "clean", "why"), [(False, True, "its last run did not end"), (True, False, "its last run ended with breaks")]
)
def test_a_run_that_did_not_end_well_is_repeated(ended: bool, clean: bool, why: str, chain: SmallProject, databases: Databases) -> None:
    ran(opened(chain, databases))
    ran(opened(chain, databases), ended=ended, clean=clean, only=("A", "members"))
    found = plan(chain, databases)
    assert found.work == {"A": ("members", "sales")}
    assert found.why == {("A", "members"): (why,), ("A", "sales"): ("needs A/members",)}


def test_a_file_that_is_gone_is_a_change_and_an_unknown_store_an_error(chain: SmallProject, databases: Databases) -> None:
    ran(opened(chain, databases))
    chain.file("A", "members").unlink()
    assert plan(chain, databases).work == {"A": ("members", "sales")}
    with pytest.raises(BadInputError, match="no store 'X'"):
        plan(chain, databases, ["X"])
