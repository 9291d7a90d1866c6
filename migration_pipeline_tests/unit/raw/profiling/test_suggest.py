"""A suggestion loads as a project and names every column and file."""

from pathlib import Path
from typing import Any

import pytest

from migration_pipeline.project.load import load_project
from migration_pipeline.raw.profiling.profile import profile_folder
from migration_pipeline.raw.profiling.suggest import Suggestion, store_id, suggestion
from migration_pipeline.raw.profiling.suggest_yaml import project_yaml

ITEMS = "货号,品名,零售价,单位,产地,修改时间\n" + "".join(
    f"10{n:03d},茶{n},{n}.50,个,浙江,2026/01/{n % 28 + 1:02d} 10:00:00\n" for n in range(40)
)
LINES = "小票号,行号,货号,数量,小计,销售时间\n" + "".join(
    f"T{n // 3:03d},{n % 3},10{n:03d},1,{n}.50,2026-01-02 10:00:00\n" for n in range(40)
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for store in ("S01", "门店二"):
        (tmp_path / "data" / store).mkdir(parents=True)
        (tmp_path / "data" / store / "商品.csv").write_text(ITEMS, encoding="gb18030")
        (tmp_path / "data" / store / "销售.csv").write_text(LINES, encoding="gb18030")
    (tmp_path / "data" / "S01" / "商品_备份.csv").write_text(ITEMS, encoding="gb18030")
    (tmp_path / "data" / "S01" / "说明.txt").write_text("没有列的文字")
    return tmp_path / "data"


@pytest.fixture
def suggested(data: Path) -> Suggestion:
    return suggestion(profile_folder(data))


def test_the_suggestion_loads_and_names_every_column(data: Path, suggested: Suggestion, tmp_path: Path) -> None:
    (tmp_path / "migration.yaml").write_text(project_yaml(suggested), encoding="utf-8")
    project = load_project(tmp_path, data).project
    (source,) = project.sources.values()
    assert source.inputs["products"].encoding == "gb18030"
    products = source.datasets["products"]["products"]
    assert products.columns["product_code"] == "货号"
    assert products.archive == ("产地",)
    assert products.dates == {"updated_at": "%Y/%m/%d %H:%M:%S"}
    assert source.datasets["sales"]["lines"].columns["sold_at"] == "销售时间"
    assert source.value_maps["unit"]["个"] == "PCS"


def test_stores_with_the_same_tables_share_a_source(suggested: Suggestion) -> None:
    (source,) = suggested.sources.values()
    assert list(source.stores) == ["S01", "门店二"]
    assert [store_id(unit, number) for number, unit in enumerate(source.stores, start=1)] == ["S01", "S02"]


def test_what_is_not_read_is_said_with_the_reason(suggested: Suggestion) -> None:
    assert suggested.not_migrated["S01/说明.txt"] == "text without columns"
    assert "S01/商品_备份.csv" in suggested.not_migrated


def test_lines_without_a_time_of_sale_are_not_suggested(tmp_path: Path) -> None:
    """The project would not load: nobody could say when something was sold."""
    (tmp_path / "lines.csv").write_text(
        "小票号,行号,货号,数量,小计\n" + "".join(f"T{n // 3},{n % 3},10{n:03d},1,{n}.50\n" for n in range(40))
    )
    found: Any = suggestion(profile_folder(tmp_path))
    assert found.sources == {}
    assert any("time of sale" in remark for remark in found.remarks)
