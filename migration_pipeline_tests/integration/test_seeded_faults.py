"""One fault at a time, through the whole of Dagster: exactly the check that must stop the store does so.

Here one fault of each kind of check; all of them are planted by `benchmarks/fault_matrix.py`.
"""

from collections.abc import Callable, Iterator

import dagster as dg
import pytest

from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.run import register_stores, run_store
from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.fault_list import FAULTS
from migration_pipeline_tests.integration.seeded_faults import BYSTANDER, STORE, Fault, stopped_by
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

Chain = tuple[Workspace, dg.DagsterInstance, SmallProject]
PLANTED = (
    "the file states more rows than it has",
    "the reader gives one id to two rows",
    "a file of the archive changed by one byte",
    "stored value is not principal + bonus",
    "the cleaner loses a line of a ticket",
    "the source has a word without a meaning",
    "the mapper writes to another store",
    "the mapper cuts names",
    "the cleaner loses a row",
    "a header of the ERP is not its lines",
    "cleaning adds a cent to a balance",
    "a name changed in the ERP",
    "the mapper drops a column",
    "the ERP finds no barcode",
)
"""One or two faults for every check; the others take the benchmark's time."""


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory, own_databases: Callable[[Home], Databases]) -> Iterator[Chain]:
    """Two good stores, migrated without a fault."""
    project = write_project(tmp_path_factory.mktemp("faults") / "chain", (STORE, BYSTANDER))
    workspace = open_workspace(project.folder)
    with open_instance(workspace.home, own_databases(workspace.home)) as instance:
        register_stores(instance, workspace)
        assert all(run_store(workspace, instance, store).ok for store in (STORE, BYSTANDER))
        yield workspace, instance, project


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in PLANTED], ids=lambda fault: fault.name.replace(" ", "_"))
def test_exactly_the_check_that_must_stop_the_store_does(fault: Fault, chain: Chain) -> None:
    workspace, instance, project = chain
    assert stopped_by(fault, workspace, instance, project) == (fault.caught_by,)
