"""The workbook reader gives the text a person would type, and never takes a damaged cell for an empty one."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from migration_pipeline.cleaned.parsing import parse
from migration_pipeline.contracts.fields import Field
from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.raw.readers.read_table import ReadTable
from migration_pipeline.runtime.errors import BadInputError


def _write(path: Path, rows: list[list[object]], title: str = "商品") -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.create_sheet("other").append(["x"])
    book.save(path)
    return path


def _read(folder: Path, rows: list[list[object]], **settings: object) -> ReadTable:
    path = _write(folder / "stock.xlsx", rows)
    return read(path, InputSpec.model_validate({"format": "xlsx", "file": "stock.xlsx", **settings}))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (-3, "-3"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (0.00001, "0.00001"),
        ("00123", "00123"),
        (" a ", " a "),
        (True, "1"),
        (False, "0"),
        (datetime.date(2024, 2, 29), "2024-02-29"),
        (datetime.datetime(2024, 2, 29, 8, 5, 1), "2024-02-29T08:05:01"),  # noqa: DTZ001 - workbooks have no zones
        (datetime.time(8, 5), "08:05:00"),
        (datetime.timedelta(hours=30, minutes=1), "30:01:00"),
        ("#N/A", "#N/A"),
        ("#DIV/0!", "#DIV/0!"),
    ],
)
def test_a_cell_becomes_exact_text(tmp_path: Path, value: object, text: str) -> None:
    """Whole numbers lose `.0`, dates are ISO, booleans 1 or 0, and an error cell is its error, not an empty cell."""
    assert _read(tmp_path, [["code", "v"], ["a", value]]).frame["v"].tolist() == [text]


def test_a_number_too_long_for_a_spreadsheet_looks_damaged(tmp_path: Path) -> None:
    """Excel keeps 15 digits: a longer id must not come out as plausible digits, so that the code parser rejects it."""
    values = _read(tmp_path, [["id"], [123456789012345678], [6901234567892345], [690123456789234]]).frame["id"].tolist()
    assert "e+17" in values[0]
    assert "E+15" in values[1]
    assert values[2] == "690123456789234"


def test_banner_rows_are_skipped_and_rows_carry_the_numbers_a_spreadsheet_shows(tmp_path: Path) -> None:
    rows: list[list[object]] = [["商品模板"], ["名称*", "数量"], ["可乐", 1], [None, None], ["雪碧", 2], [None, None]]
    frame = _read(tmp_path, rows, header_row=2).frame
    assert frame["名称*"].tolist() == ["可乐", "雪碧"]
    assert frame["_row"].tolist() == [3, 5]


def test_empty_cells_are_missing_but_only_wholly_empty_rows_are_left_out(tmp_path: Path) -> None:
    frame = _read(tmp_path, [["a", "b"], ["x", None], [None, "y"]]).frame
    assert frame["a"].isna().tolist() == [False, True]
    assert str(frame["b"].dtype) == "str"


def test_an_unnamed_column_is_kept_only_if_it_holds_something(tmp_path: Path) -> None:
    frame = _read(tmp_path, [["a", None, "c", None], ["1", None, "3", "4"]]).frame
    assert list(frame.columns) == ["a", "c", "column_4", "_row"]


def test_a_value_where_no_column_was_expected_makes_a_ragged_row_and_is_not_lost(tmp_path: Path) -> None:
    """Given names say how wide the table is; what stands beside it goes to quarantine with its text."""
    table = _read(tmp_path, [["a", 1], ["b", 2, "extra"], ["c", 3]], names=["code", "quantity"])
    assert table.frame["_row"].tolist() == [1, 3]
    assert table.ragged.to_dict("records") == [{"_row": 2, "text": "b\t2\textra"}]
    assert table.options == {"sheet": "商品", "header_row": None, "header_rows": 0}


def test_a_code_that_lost_its_end_is_rejected_as_damaged_while_money_is_exact(tmp_path: Path) -> None:
    """The whole way: the cell, its text, the verdict of the parser that cleaning uses."""
    frame = _read(tmp_path, [["id", "price"], [102066793346170336, 99999999.99], [6901028075831, 0.1]]).frame
    codes = parse(Field("id", "code"), frame["id"])
    assert codes.bad.tolist() == [True, False]
    assert codes.values.tolist()[1] == "6901028075831"
    assert parse(Field("price", "decimal", scale=2), frame["price"]).values.tolist() == [Decimal("99999999.99"), Decimal("0.10")]


def test_the_body_of_a_merged_cell_is_never_filled(tmp_path: Path) -> None:
    """Which rows a merged category belongs to is a guess; only the cell that holds the value has it."""
    book = Workbook()
    for row in (["cat", "code"], ["酒", "1"], [None, "2"]):
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells("A2:A3")
    book.save(tmp_path / "stock.xlsx")
    frame = read(tmp_path / "stock.xlsx", InputSpec(format="xlsx", file="stock.xlsx")).frame
    assert frame["cat"].isna().tolist() == [False, True]


def test_hidden_sheets_are_read_and_chart_sheets_are_no_tables(tmp_path: Path) -> None:
    book = Workbook()
    book.create_chartsheet("chart", 0)
    hidden = book.worksheets[0]
    hidden.append(["code"])
    hidden.append(["1"])
    hidden.sheet_state = "hidden"
    book.create_sheet("shown").append(["x"])
    book.save(tmp_path / "stock.xlsx")
    assert read(tmp_path / "stock.xlsx", InputSpec(format="xlsx", file="stock.xlsx")).frame["code"].tolist() == ["1"]
    with pytest.raises(BadInputError, match="no sheet 'chart'; there is 'Sheet', 'shown'"):
        read(tmp_path / "stock.xlsx", InputSpec(format="xlsx", file="stock.xlsx", sheet="chart"))


def test_a_sheet_is_chosen_by_name_or_is_the_first(tmp_path: Path) -> None:
    assert list(_read(tmp_path, [["a"], ["1"]]).frame.columns) == ["a", "_row"]
    assert list(_read(tmp_path, [["a"], ["1"]], sheet="other").frame.columns) == ["x", "_row"]
    with pytest.raises(BadInputError, match="no sheet 'gone'; there is '商品', 'other'"):
        _read(tmp_path, [["a"], ["1"]], sheet="gone")


@pytest.mark.parametrize(
    ("rows", "settings", "message"),
    [
        ([], {}, "sheet is empty"),
        ([["a", "a"], [1, 2]], {}, "more than once: 'a'"),
        ([["a"], [1]], {"header_row": 9}, "ends at row 2"),
    ],
)
def test_sheets_that_cannot_be_a_table_are_refused(
    tmp_path: Path, rows: list[list[object]], settings: dict[str, object], message: str
) -> None:
    with pytest.raises(BadInputError, match=message):
        _read(tmp_path, rows, **settings)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"hello, world", "plain text, not a workbook"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(4096), "damaged or cut off"),
    ],
)
def test_files_that_are_no_workbook_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "stock.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=message):
        read(path, InputSpec(format="xlsx", file="stock.xlsx"))


@pytest.mark.parametrize("part", [0.3, 0.7, 0.95])
def test_a_cut_off_workbook_is_refused(tmp_path: Path, part: float) -> None:
    path = _write(tmp_path / "stock.xlsx", [["a", "b"], *([str(n), n] for n in range(500))])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(BadInputError, match=r"damaged or cut off|truncated"):
        read(path, InputSpec(format="xlsx", file="stock.xlsx"))
