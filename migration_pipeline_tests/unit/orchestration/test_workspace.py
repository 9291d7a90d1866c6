"""What a project says about one store reaches the stages that work on that store, and no other."""

from pathlib import Path

from migration_pipeline.contracts.target_description import ColumnDescription, TableDescription, TargetDescription
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.project.target_file import keep_description
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


def test_scales_of_a_store_stand_in_the_place_of_those_of_its_source(tmp_path: Path) -> None:
    text = GOOD.replace("    value_maps:\n", '    weighed_barcodes: [{prefix: "20", layout: FFPPPPPWWWWWC}]\n    value_maps:\n')
    text = text.replace("    source: till\n", '    source: till\n    weighed_barcodes: [{prefix: "21", layout: FFPPPPPAAAAAC}]\n', 1)
    (tmp_path / "migration.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "data").mkdir()
    workspace = Workspace(load_project(tmp_path), Home(tmp_path / "home"), Databases("", "", ""))
    assert [[layout.prefix for layout in workspace.source(store).weighed_barcodes] for store in ("S1", "S2")] == [["20"], ["21"]]


def test_lengths_come_from_the_kept_description_and_there_are_none_without_one(tmp_path: Path) -> None:
    (tmp_path / "migration.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "data").mkdir()
    workspace = Workspace(load_project(tmp_path), Home(tmp_path / "home"), Databases("", "", ""))
    assert workspace.lengths == {}
    name, rate = ColumnDescription(type="text", length=5, counted="bytes"), ColumnDescription(type="numeric", precision=5)
    item = TableDescription(columns={"name": name, "tax_rate": rate})
    keep_description(tmp_path, TargetDescription(target="postgres", tables={"item": item}))
    assert workspace.lengths == {"item": {"name": (5, "bytes")}}
