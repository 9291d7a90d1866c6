"""When the nightly comparison was due last, whatever was missed in between; which stores share a run, and how many runs are asked for."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from migration_pipeline.orchestration import schedules
from migration_pipeline.orchestration.schedules import DUE_TAG, due_stores, last_due, requests_of, stores_of
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.small_project import write_project

TAGS = {DUE_TAG: "2026-12-01T19:00:00+00:00"}


@pytest.mark.parametrize(
    ("cron", "now", "due"),
    [
        ("0 3 * * *", "2026-12-01T19:00", "2026-12-01T19:00"),
        ("0 3 * * *", "2026-12-01T18:59", "2026-11-30T19:00"),
        ("0 3 * * *", "2026-12-02T02:00", "2026-12-01T19:00"),
        ("0 3 1 * *", "2026-12-15T12:00", None),
    ],
)
def test_the_last_hour_counts_by_the_clock_of_the_zone_and_only_for_a_day(cron: str, now: str, due: str | None) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = last_due(cron, "Asia/Shanghai", moment)
    assert found == (None if due is None else datetime.fromisoformat(due).replace(tzinfo=UTC))


def test_a_wrong_cron_is_refused_with_what_to_write() -> None:
    with pytest.raises(BadInputError, match="is no cron"):
        last_due("0 99 * * *", "Asia/Shanghai", datetime.now(UTC))


def test_neighbours_share_a_run_and_a_store_alone_has_its_own_partition() -> None:
    """A store that is not due lies between two that are: they cannot be one stretch of partitions."""
    stores = dict.fromkeys(("A", "B", "D", "NEW"), ("sales",))
    both, alone = requests_of(stores, ["A", "B", "C", "D"], lambda _: False, TAGS)
    assert (both.partition_key, both.tags["stores"], both.tags["dagster/asset_partition_range_end"]) == (None, "A, B", "B")
    assert (alone.partition_key, alone.tags) == ("D", {**TAGS, "store": "D"})
    assert both.run_key != alone.run_key


def test_after_downtime_of_a_chain_a_tick_asks_for_a_bounded_number_of_runs() -> None:
    names = [f"S{number:04}" for number in range(500)]
    requests = requests_of(dict.fromkeys(names, ("sales",)), names, lambda _: False, TAGS)
    asked = [store for request in requests for store in stores_of(request.tags)]
    assert (len(requests), asked) == (20, names[:200])
    assert len(requests_of(dict.fromkeys(names, ("sales",)), names, lambda _: True, TAGS)) == 20


def test_a_store_whose_window_cannot_be_computed_is_left_out_and_told_and_the_others_are_not(
    tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(tmp_path / "shop", ("A", "B", "C"))
    path = project.folder / "migration.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if "id: B" in line)
    assert "{" in lines[place], lines[place]
    lines[place] = lines[place].replace("}", ", loading: {hours: low_peak}}")
    path.write_text("\n".join(lines), encoding="utf-8")
    workspace = Workspace(load_project(project.folder), Home.of(project.folder), databases)
    monkeypatch.setattr(schedules, "loaded_datasets", lambda *_: ["sales"])
    stores, problems = due_stores(workspace, datetime.now(UTC), {"C"})
    assert stores == {"A": ["sales"]}
    assert len(problems) == 1
    assert "store B" in problems[0]
