"""The header is found by itself where that is no guess, and headers of several rows name every column."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.raw.readers.read_table import ReadTable
from migration_pipeline.runtime.errors import BadInputError


def _read(folder: Path, rows: list[list[object]], *merged: str, **settings: object) -> ReadTable:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    book.save(folder / "a.xlsx")
    return read(folder / "a.xlsx", InputSpec.model_validate({"format": "xlsx", "file": "a.xlsx", **settings}))


BANNERS: list[list[object]] = [["商品资料导出"], ["导出时间", "2024-02-29 10:00"], []]
BODY: list[list[object]] = [["001", "可乐", 3, 2.5], ["002", "雪碧", 3, None], ["003", "芬达", 3.5, 1], ["合计", None, None, 3.5]]


@pytest.mark.parametrize("banners", [0, 1, 3])
def test_banners_above_the_header_are_passed_over(tmp_path: Path, banners: int) -> None:
    """Banners are narrow or hold a date; the total row stays, it is for the checks that follow."""
    rows = [*BANNERS[:banners], ["货号", "名称", "售价", "库存"], *BODY]
    table = _read(tmp_path, rows, header_row="auto")
    assert list(table.frame.columns) == ["货号", "名称", "售价", "库存", "_row"]
    assert table.frame["货号"].tolist() == ["001", "002", "003", "合计"]
    assert table.options["header_row"] == banners + 1


@pytest.mark.parametrize("rows", [[["001", 3, 2], ["002", 4, 5]], [["a"], ["b"]], [["x", "x"], ["x", "x"]]])
def test_where_no_row_looks_like_a_header_a_person_must_say(tmp_path: Path, rows: list[list[object]]) -> None:
    with pytest.raises(BadInputError, match="write header_row:"):
        _read(tmp_path, rows, header_row="auto")


def test_merged_headers_name_every_column_they_span(tmp_path: Path) -> None:
    """A name over two columns counts for both, one over two rows counts once, and a gap that is not merged stays a gap."""
    rows: list[list[object]] = [["商品"], ["货号", "价格", None, "库存", None], [None, "进价", "售价", "总仓", "备注"], ["1", 2, 3, 4, "x"]]
    table = _read(tmp_path, rows, "A1:E1", "A2:A3", "B2:C2", header_row=2, header_rows=2)
    assert list(table.frame.columns) == ["货号", "价格/进价", "价格/售价", "库存/总仓", "备注", "_row"]
    assert table.frame["_row"].tolist() == [4]
    assert table.options == {"sheet": "Sheet", "header_row": 2, "header_rows": 2}


def test_names_of_one_header_row_are_taken_as_they_are(tmp_path: Path) -> None:
    """A merged cell in a header of one row leaves the other columns without a name, not with a second one."""
    table = _read(tmp_path, [["货号", "价格", None], ["1", 2, 3]], "B1:C1")
    assert list(table.frame.columns) == ["货号", "价格", "column_3", "_row"]


def test_two_columns_under_one_merged_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="more than once: '价格'"):
        _read(tmp_path, [["货号", "价格", None], [None, None, None], ["1", 2, 3]], "B1:C2", header_rows=2)
