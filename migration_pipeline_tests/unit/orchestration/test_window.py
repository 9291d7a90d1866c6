"""A store is loaded in its hours only, unless a person says why not; what has begun is finished, and a sandbox is free."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.contracts.ledger import empty_ledger
from migration_pipeline.contracts.stage_output import StageOutput, empty_findings
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.control.repository.overrides import OverrideRepository
from migration_pipeline.loaded.load import BatchRecord
from migration_pipeline.orchestration.window import demand_open, outside_window_tags, tickets_by_hour, window_of, windows_now
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError, NotNowError
from migration_pipeline.runtime.lake import write_stage
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.unit.project.project_text import GOOD

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""In Shanghai."""
NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path, databases: Databases) -> Workspace:
    """S1 may be loaded at night, S2 in its quietest hours."""
    upgrade(databases)
    text = GOOD.replace("stores:\n", 'loading: {hours: ["22:00-06:00"]}\nstores:\n', 1)
    lines = text.splitlines()
    place = next(number for number, line in enumerate(lines) if "S2" in line)
    lines.insert(place + 1, "    loading: {hours: low_peak}")
    (tmp_path / "migration.yaml").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "data").mkdir()
    home = Home(tmp_path / "home")
    return Workspace(load_project(tmp_path), home, databases)


def sell(workspace: Workspace, store: str, *moments: str) -> None:
    """Write cleaned tickets into the lake."""
    sold = pd.Series(pd.to_datetime(list(moments), format="%Y-%m-%d %H:%M").astype("datetime64[us]"))
    output = StageOutput("x1", {"tickets": pd.DataFrame({"sold_at": sold})}, empty_ledger(), empty_findings(), {})
    write_stage(workspace.home.lake, "cleaned", "sales", store, output)


def test_outside_its_hours_a_store_is_refused_with_the_next_opening_by_its_own_clock(workspace: Workspace) -> None:
    demand_open(workspace, "S1", "run", {}, NIGHT)
    with pytest.raises(
        NotNowError, match=r"22:00-06:00 \(Asia/Shanghai\), there it is 12:00 now; it opens on 2026-03-02 at 22:00"
    ) as refused:
        demand_open(workspace, "S1", "run", {}, NOON)
    assert (refused.value.exit_code, refused.value.transient) == (3, True)
    assert "--outside-window" in refused.value.fix


def test_a_reason_opens_it_and_is_recorded_with_who_and_what_was_refused(workspace: Workspace) -> None:
    tags = outside_window_tags(" the shop is shut for stocktaking ")
    demand_open(workspace, "S1", "run", tags, NOON)
    demand_open(workspace, "S1", "run", tags, NOON)
    demand_open(workspace, "S1", "night", tags, NIGHT)
    (one,) = OverrideRepository(workspace.databases).overrides()
    assert (one.run_id, one.store, one.reason, one.who) == ("run", "S1", "the shop is shut for stocktaking", tags["outside_window_by"])
    assert "it opens on 2026-03-02 at 22:00" in one.told
    assert outside_window_tags("  ") == {}
    with pytest.raises(NotNowError):
        demand_open(workspace, "S1", "other", {"outside_window": "  "}, NOON)


def test_a_load_that_has_begun_is_finished_and_a_sandbox_is_open_always(workspace: Workspace) -> None:
    """Half a store in the ERP would be worse than an hour past six."""
    figures = {"rows": 1, "inserted": 1, "updated": 0, "unchanged": 0, "money": Decimal("0.00"), "attempts": 1, "hash_before": ""}
    batch = BatchRecord("b", "run", "S1", "suppliers", number=1, started_at=NIGHT, ended_at=NIGHT, **figures)
    BatchRepository(workspace.databases).record(batch)
    demand_open(workspace, "S1", "run", {}, NOON)
    with pytest.raises(NotNowError):
        demand_open(workspace, "S1", "another", {}, NOON)
    demand_open(replace(workspace, sandbox="0a1b2c3d"), "S1", "another", {}, NOON)
    assert OverrideRepository(workspace.databases).overrides() == []


def test_quiet_hours_come_from_the_stores_own_tickets(workspace: Workspace) -> None:
    day = [f"2026-02-{day:02d} {hour:02d}:05" for day in range(1, 11) for hour in range(9, 21)]
    sell(workspace, "S2", *day, "2026-02-01 00:00", "2026-02-02 00:00")
    assert tickets_by_hour(workspace, "S2") == (*[0] * 9, *[10] * 12, *[0] * 3)
    assert str(window_of(workspace, "S2")) == "00:00-06:00 (Asia/Shanghai)"
    with pytest.raises(NotNowError):
        demand_open(workspace, "S2", "run", {}, NOON)


def test_too_few_tickets_do_not_tell_quiet_hours_and_that_can_be_overridden(workspace: Workspace) -> None:
    with pytest.raises(BadInputError, match="0 tickets"):
        demand_open(workspace, "S2", "run", {}, NOON)
    sell(workspace, "S2", "2026-02-01 10:00")
    with pytest.raises(BadInputError, match="1 tickets with a time are cleaned, 100 are needed"):
        window_of(workspace, "S2")
    demand_open(workspace, "S2", "run", outside_window_tags("first load"), NOON)
    assert "cannot be computed" in OverrideRepository(workspace.databases).overrides()[0].told


def test_a_person_sees_hours_sales_and_what_is_wrong(workspace: Workspace) -> None:
    one, other = (found.as_json() for found in windows_now(workspace, ["S1", "S2"], NOON))
    assert (one["hours"], one["open"], one["opens_at"], one["computed"]) == (["22:00-06:00"], False, "2026-03-02T22:00:00+08:00", False)
    assert (other["hours"], other["open"], other["computed"], other["tickets_by_hour"]) == ([], False, True, None)
    assert "cannot be computed" in str(other["problem"])
