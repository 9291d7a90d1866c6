"""A closed window keeps a store out of the ERP with exit code 3; a reason lets it in and stays on record."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import write_project

SUPPLIERS = ("--dataset", "suppliers")


def test_a_closed_window_refuses_and_a_reason_opens_it(tmp_path: Path, store2erp: Command) -> None:
    project = write_project(tmp_path / "shop")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    hours = "-".join(f"{now + timedelta(hours=ahead):%H:%M}" for ahead in (4, 8))
    path = project.folder / "migration.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("sources:\n", f'loading: {{hours: ["{hours}"]}}\nsources:\n', 1), encoding="utf-8"
    )

    refused = store2erp("run", "-p", project.folder, *SUPPLIERS, "--json")
    (failure,) = refused.json["failures"]
    assert (refused.code, failure["step"], refused.json["erp_changed_rows"]) == (3, "loaded_suppliers", 0)
    assert f"its window is {hours} (Asia/Shanghai)" in failure["message"]
    shown = store2erp("window", "-p", project.folder)
    assert shown.code == 0
    assert (hours in shown.out, "closed 关闭" in shown.out) == (True, True), shown.out

    assert store2erp("run", "-p", project.folder, "--outside-window", " ").code == 2
    allowed = store2erp("run", "-p", project.folder, *SUPPLIERS, "--outside-window", "shut for stocktaking", "--json")
    assert (allowed.code, allowed.json["failures"], allowed.json["erp_changed_rows"]) == (0, [], 2)
    (override,) = store2erp("status", "-p", project.folder, "--json").json["overrides"]
    assert (override["store"], override["kind"], override["reason"]) == ("A", "outside_window", "shut for stocktaking")
    assert "shut for stocktaking" in store2erp("status", "-p", project.folder).out
