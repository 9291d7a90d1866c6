"""No file and no row of a shared file is left behind without anybody saying so."""

from pathlib import Path

import pytest

from migration_pipeline.project.models import Project
from migration_pipeline.raw.claimed import demand_all_claimed, demand_all_stores, unclaimed
from migration_pipeline.runtime.errors import BadInputError

INPUTS = {
    "items": {"format": "csv", "file": "items.csv"},
    "days": {"format": "csv", "file": "days/*.csv"},
    "sales": {"format": "csv", "file": "sales.csv", "shared": True, "store_column": "shop"},
}
DATASETS = {
    "products": {"products": {"inputs": ["items"], "columns": {"product_code": "no"}}},
    "sales": {"lines": {"inputs": ["days", "sales"], "columns": {"sold_at": "day"}}},
}


def project(*, stores: int = 2, **more: object) -> Project:
    listed = [{"id": f"s{n + 1}", "source": "x", "path": f"s{n + 1}", "source_id": str(n + 1)} for n in range(stores)]
    head = {
        "version": 1,
        "name": "p",
        "title": {"en": "p", "zh": "p"},
        "stores": listed,
        "sources": {"x": {"inputs": INPUTS, "datasets": DATASETS}},
    }
    return Project.model_validate({**head, **more})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    read = ("s1/items.csv", "s1/days/1.csv", "s1/days/2.csv.gz", "s2/items.csv.zip")
    for name in (*read, "README.md", ".hidden", "s1/~$items.csv", ".git/x"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "sales.csv").write_text("shop,v\n1,a\n2 ,b\n", encoding="utf-8")
    return folder


def test_files_of_inputs_also_packed_ones_are_claimed_and_hidden_ones_do_not_count(data: Path) -> None:
    assert unclaimed(project(), project().stores, data) == []
    demand_all_claimed(project(), project().stores, data)


def test_a_file_that_no_input_reads_is_an_error_that_names_it(data: Path) -> None:
    (data / "s2" / "old.csv").write_text("x", encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        demand_all_claimed(project(), project().stores, data)
    assert "s2/old.csv" in caught.value.what
    assert "not_migrated" in caught.value.fix


def test_files_with_a_reason_not_to_be_migrated_are_fine(data: Path) -> None:
    (data / "s2" / "old.csv").write_text("x", encoding="utf-8")
    named = project(not_migrated={"*/old.csv": "last year's"})
    assert unclaimed(named, named.stores, data) == []


def test_the_folder_of_a_store_that_the_project_does_not_have_is_unclaimed(data: Path) -> None:
    assert unclaimed(project(stores=1), project(stores=1).stores, data) == ["s2/items.csv.zip"]


def test_many_files_are_counted_and_a_few_shown(data: Path) -> None:
    for n in range(8):
        (data / f"left{n}.csv").write_text("x", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"8 files: .*left4\.csv and 3 more"):
        demand_all_claimed(project(), project().stores, data)


def test_rows_of_all_stores_are_somebody_s(data: Path, tmp_path: Path) -> None:
    demand_all_stores(project(), project().stores, data, tmp_path / "cache")


@pytest.mark.parametrize(("row", "shown"), [("9,c", "shop = 9"), (",c", "(empty)")])
def test_rows_of_an_unknown_store_or_of_none_are_an_error(data: Path, tmp_path: Path, row: str, shown: str) -> None:
    (data / "sales.csv").write_text(f"shop,v\n1,a\n2,b\n{row}\n", encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        demand_all_stores(project(), project().stores, data, tmp_path / "cache")
    assert shown in caught.value.what
    assert "sales.csv" in caught.value.where
