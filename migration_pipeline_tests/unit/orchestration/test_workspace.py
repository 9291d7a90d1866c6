"""What a project says about one store reaches the stages that work on that store, and no other."""

from pathlib import Path

from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.unit.project.project_text import GOOD


def test_policies_of_a_store_are_laid_over_those_of_its_source(tmp_path: Path) -> None:
    text = GOOD.replace("    value_maps:\n", "    policies: {negative_stock: reject, zero_price: keep}\n    value_maps:\n")
    text = text.replace("    source: till\n", "    source: till\n    policies: {negative_stock: keep}\n")
    (tmp_path / "migration.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "data").mkdir()
    workspace = Workspace(load_project(tmp_path), Home(tmp_path / "home"), Databases("", "", ""))
    assert workspace.source("S1").policies == {"negative_stock": "reject", "zero_price": "keep"}
    assert workspace.source("S2").policies == {"negative_stock": "keep", "zero_price": "keep"}
