"""`store2erp templates export` on the demo: the manifest's books tie to the mapped data, files are private, an old export leaves none."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pytest

from migration_pipeline.contracts.money import total
from migration_pipeline.loaded.templates.tools import TOOLS
from migration_pipeline.orchestration.templates import Asked, export_templates
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import read_stage
from migration_pipeline_tests.integration.conftest import Command, Demo

STORES = ("S01", "S04")
AMOUNTS = (
    ("suppliers", "supplier_balance", "balance"),
    ("members", "member_balance", "points"),
    ("inventory", "opening_stock", "quantity"),
)


@pytest.mark.parametrize("tool", list(TOOLS))
def test_the_manifest_ties_to_the_mapped_data(demo: Demo, store2erp: Command, tool: str, tmp_path: Path) -> None:
    chosen = [option for store in STORES for option in ("--store", store)]
    ended = store2erp("templates", "export", "-p", demo.workspace.loaded.folder, "--for", tool, *chosen, "--out", tmp_path / "x", "--json")
    assert ended.code == 0, ended.text
    manifest = json.loads((tmp_path / "x" / "manifest.json").read_text(encoding="utf-8"))
    tables = {table["table"]: table for table in manifest["tables"]}
    for dataset, name, column in AMOUNTS:
        frames = [read_stage(demo.workspace.home.lake, "mapped", dataset, store).tables[name] for store in STORES]
        told = {key: Decimal(value) for key, value in tables[name]["totals"][column].items()}
        assert told["mapped"] == sum(total(frame[column]) for frame in frames)
        assert told["mapped"] == told["in_files"] + told["in_no_file"]
        assert tables[name]["rows_mapped"] == sum(map(len, frames))
    assert manifest["ties"]
    assert all(t["rows"] == t["in_files"] + t["in_files_in_part"] + t["in_no_file"] for t in tables.values())
    listed = {file["file"]: file["sha256"] for file in manifest["files"]}
    there = {path.name: path for path in (tmp_path / "x").iterdir() if path.name != "manifest.json"}
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()} == listed
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "x").iterdir())


def test_a_second_export_leaves_no_file_of_the_first(demo: Demo, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    export_templates(demo.workspace, Asked("odoo", STORES), folder)
    export_templates(demo.workspace, Asked("odoo", STORES, ["suppliers"]), folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {path.name for path in folder.iterdir()} == {"manifest.json", *(file["file"] for file in manifest["files"])}
    assert {table["table"] for table in manifest["tables"]} == {"supplier", "supplier_balance"}


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (Asked("sap"), "no import files for"),
        (Asked("jsherp", form="csv"), "does not take"),
        (Asked("odoo", ["S99"]), "there is no store"),
        (Asked("odoo", None, ["wares"]), "there is no dataset"),
    ],
)
def test_what_cannot_be_exported_is_said(demo: Demo, asked: Asked, what: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=what):
        export_templates(demo.workspace, asked, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_folder_with_files_of_others_is_left_alone(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadInputError, match="no export made"):
        export_templates(demo.workspace, Asked("odoo"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
