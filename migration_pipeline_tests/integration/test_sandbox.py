"""A sandbox is a copy of everything a run writes to, one at a time, and leaves nothing behind but its report."""

from collections.abc import Callable
from pathlib import Path

import pytest

from migration_pipeline.loaded.sandbox import sandbox_of
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.orchestration import sandbox as sandbox_module
from migration_pipeline.orchestration.sandbox import sandbox
from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.small_project import write_project

Found = Callable[[Home], Databases]


@pytest.fixture
def workspace(tmp_path: Path, own_databases: Found) -> Workspace:
    """A project that was opened and whose ERP is set up."""
    open_workspace.cache_clear()
    opened = open_workspace(write_project(tmp_path / "shop").folder)
    assert opened.target.read_back("store")["store_code"].tolist() == ["A"]
    return opened


def copies(workspace: Workspace) -> int:
    """How many databases of sandboxes there are."""
    with workspace.databases.connect_server() as connection:
        query = "SELECT count(*) FROM pg_database WHERE starts_with(datname, %s)"
        return int((connection.execute(query, (f"{workspace.databases.prefix}sandbox_",)).fetchone() or (0,))[0])


def test_it_has_everything_of_its_own_and_only_its_report_stays(workspace: Workspace) -> None:
    before = workspace.target.state_hash()
    with sandbox(workspace) as copy:
        assert copy.target.state_hash() == before
        with copy.databases.connect("erp") as erp, copy.databases.connect(CONTROL) as control:
            erp.execute("DELETE FROM warehouse")
            control.execute("INSERT INTO version_content VALUES ('a', 'b', '{}')")
        assert copy.target.state_hash() != before
        (copy.home.lake / "x").write_text("x", encoding="utf-8")
        copy.report.write_text("x", encoding="utf-8")
        own, real = ({home.lake, home.reports, home.dagster} for home in (copy.home, workspace.home))
        assert own.isdisjoint(real)
        assert (copy.home.archive, copy.places.cache) == (workspace.home.archive, workspace.places.cache)
    assert workspace.target.state_hash() == before
    with workspace.databases.connect(CONTROL) as control:
        assert control.execute("SELECT count(*) FROM version_content").fetchone() == (0,)
    assert copies(workspace) == 0
    assert copy.report.is_file()
    assert not copy.home.lake.exists()


def test_what_was_kept_or_left_by_a_killed_process_goes_with_the_next_one(workspace: Workspace) -> None:
    with sandbox(workspace, keep=True) as copy:
        (copy.home.lake / "x").write_text("x", encoding="utf-8")
    assert copies(workspace) == 2
    with sandbox(workspace) as fresh:
        assert copies(workspace) == 2
        assert fresh.sandbox != copy.sandbox
        assert list(fresh.home.lake.iterdir()) == []
    assert copies(workspace) == 0


def test_a_second_one_at_the_same_time_is_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would drop the copies under the first."""
    monkeypatch.setattr(sandbox_module, "_WAIT_SECONDS", 0)
    with (
        sandbox(workspace),
        pytest.raises(InfrastructureError, match="another dry run or drill"),
        sandbox(workspace),
    ):
        pass


def test_an_erp_that_cannot_be_copied_has_no_dry_runs(workspace: Workspace) -> None:
    assert sandbox_of(PostgresTarget(workspace.databases))
    with pytest.raises(BadInputError, match="cannot be copied") as refused:
        sandbox_of("some other ERP")
    assert "STORE2ERP_HOME" in refused.value.fix
