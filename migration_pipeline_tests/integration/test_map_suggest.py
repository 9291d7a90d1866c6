"""A store with Chinese headers and no mapping: what is suggested, moved without an edit, runs and balances."""

from pathlib import Path

from migration_pipeline_tests.integration.chinese_project import write_chinese_project
from migration_pipeline_tests.integration.conftest import Command


def test_suggested_files_that_a_person_moves_run_and_balance(store2erp: Command, tmp_path: Path) -> None:
    project = write_chinese_project(tmp_path / "p")
    shown = store2erp("map", "suggest", "-p", project.folder)
    assert shown.code == 0
    assert max(len(line) for line in shown.out.splitlines() if "yaml" not in line) <= 100
    assert "东西" in shown.out
    for path in (project.folder / "mappings" / "suggested").glob("*.yaml"):
        path.rename(project.folder / "mappings" / path.name)
    done = store2erp("run", "-p", project.folder, "--json")
    assert (done.code, done.json["balanced"], done.json["unexplained"]) == (0, True, "0.00"), done.text[-3000:]
    assert (done.json["outcomes"]["loaded"], done.json["outcomes"]["rejected"]) == (16, 0)
