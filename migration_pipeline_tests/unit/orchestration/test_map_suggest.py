"""Suggestions are files that no run reads; moved, they load as they are."""

from pathlib import Path

import pytest

from migration_pipeline.orchestration.map_suggest import suggest_mappings
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.integration.chinese_project import write_chinese_project


def test_a_suggestion_counts_only_once_a_person_has_moved_it(tmp_path: Path) -> None:
    project = write_chinese_project(tmp_path / "p")
    found = suggest_mappings(project.folder)
    assert [one.path.name for one in found.files] == [
        f"plain.{dataset}.yaml" for dataset in ("suppliers", "products", "members", "inventory", "sales")
    ]
    assert all(one.suggestion.whole for one in found.files)
    assert load_project(project.folder).project.sources["plain"].datasets == {}
    for one in found.files:
        one.path.rename(project.folder / "mappings" / one.path.name)
    datasets = load_project(project.folder).project.sources["plain"].datasets
    assert datasets["sales"]["lines"].columns["product_code"] == "东西"
    again = suggest_mappings(project.folder)
    assert {c.state for one in again.files for table in one.suggestion.tables for c in table.columns} == {"kept"}


def test_only_the_sources_and_datasets_that_were_asked_for_are_written(tmp_path: Path) -> None:
    project = write_chinese_project(tmp_path / "p")
    found = suggest_mappings(project.folder, sources=["plain"], datasets=["sales"])
    assert [path.name for path in (project.folder / "mappings" / "suggested").iterdir()] == ["plain.sales.yaml"]
    assert found.unused == {}
    with pytest.raises(BadInputError, match="there is no source 'x'"):
        suggest_mappings(project.folder, sources=["x"])
    with pytest.raises(BadInputError, match="there is no dataset 'x'"):
        suggest_mappings(project.folder, datasets=["x"])
