"""HTML tables named .xls are read as a spreadsheet program shows them, in the encoding the page declares."""

from pathlib import Path

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.raw.readers import workbook_html
from migration_pipeline.raw.readers.read_table import ReadTable
from migration_pipeline.runtime.errors import BadInputError


def _read(folder: Path, page: str, codec: str = "utf-8", **settings: object) -> ReadTable:
    (folder / "a.xls").write_bytes(page.encode(codec))
    return read(folder / "a.xls", InputSpec.model_validate({"format": "xls", "file": "a.xls", **settings}))


def test_cells_are_text(tmp_path: Path) -> None:
    """Leading zeros, long ids and entities survive; blanks are folded, an empty cell is missing."""
    page = """<html><body><table border=1><thead><tr><th>货号</th><th>名称</th></tr></thead><tbody>
        <tr><td>007</td><td> 可乐 &amp;\n <b>冰</b></td></tr><tr><td>102066793346170331<td>&nbsp;</tr></tbody></table></body></html>"""
    table = _read(tmp_path, page)
    assert table.frame["货号"].tolist() == ["007", "102066793346170331"]
    assert table.frame["名称"].fillna("-").tolist() == ["可乐 & 冰", "-"]
    assert table.frame["_row"].tolist() == [2, 3]


@pytest.mark.parametrize("declared", ["gb2312", "GBK", '"gb18030"'])
def test_the_declared_encoding_is_used(tmp_path: Path, declared: str) -> None:
    """镕 is in GBK but not in GB2312, which pages declare all the same."""
    page = (
        f"<meta http-equiv=Content-Type content='text/html; charset={declared}'><table><tr><td>名称</td></tr><tr><td>镕</td></tr></table>"
    )
    assert _read(tmp_path, page, "gb18030").frame["名称"].tolist() == ["镕"]


def test_text_in_another_encoding_is_refused_not_garbled(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="not utf-8; the file is readable as gb18030"):
        _read(tmp_path, "<table><tr><td>名称</td></tr></table>", "gb18030")


def test_a_cell_over_several_columns_or_rows_has_its_value_once(tmp_path: Path) -> None:
    """The rows below keep their columns; a header of several rows counts the name for each column."""
    page = """<table><tr><td rowspan=2>货号</td><td colspan=2>价格</td></tr><tr><td>进价</td><td>售价</td></tr>
        <tr><td rowspan=2>1</td><td>2</td><td>3</td></tr><tr><td>4</td><td>5</td></tr></table>"""
    frame = _read(tmp_path, page, header_rows=2).frame
    assert list(frame.columns) == ["货号", "价格/进价", "价格/售价", "_row"]
    assert frame.fillna("-").to_numpy().tolist() == [["1", "2", "3", 3], ["-", "4", "5", 4]]


def test_all_rows_of_a_long_table_are_read(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{n}</td><td>名称 {n}</td></tr>" for n in range(50_000))
    frame = _read(tmp_path, f"<table><tr><td>code</td><td>name</td></tr>{rows}</table>").frame
    assert frame["code"].tolist() == [str(n) for n in range(50_000)]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("<table><tr><td>a</td></tr><tr><td>1", "cut off"),
        ("<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>", "tables inside of tables"),
        ("<html><body>session expired</body></html>", "cut off"),
    ],
)
def test_pages_that_are_no_table_are_refused(tmp_path: Path, page: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        _read(tmp_path, page)


def test_a_row_of_absurdly_many_columns_is_refused(tmp_path: Path) -> None:
    page = f"<table><tr>{'<td colspan=9999>a</td>' * 3}</tr></table>"
    with pytest.raises(BadInputError, match="more than 16384 columns"):
        _read(tmp_path, page)


def test_a_row_without_an_end_is_refused_before_it_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_html, "LONGEST_ROW", 1 << 20)
    with pytest.raises(BadInputError, match="a row is longer than 1 million"):
        _read(tmp_path, "<table><tr><td>a</td></tr><tr>" + "<td>1</td>" * 500_000 + "</tr></table>")
