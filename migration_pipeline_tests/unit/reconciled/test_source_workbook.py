"""The second workbook readers agree with the first one, whatever kind of workbook it is."""

import datetime
import io
from collections.abc import Callable

import openpyxl
import pytest
import xlwt

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.source_readers import read_input
from migration_pipeline.reconciled.source_workbook import cell_text
from migration_pipeline.runtime.errors import BadInputError

Archive = Callable[..., ArchivedInput]
Cells = list[list[object]]
PLAIN: Cells = [["货号", "数量", "启用"], ["007", 12.5, True], [6901028075831.0, -3.0, False], [], ["x", None, None]]
MERGED: Cells = [["货号", "价格", None, None], [None, "零售", "会员", None], ["a", 1.5, 2.0, "without a name"]]


def _spec(**more: object) -> InputSpec:
    return InputSpec.model_validate({"format": "xlsx", "file": "x.xlsx", **more})


def _xlsx(cells: Cells, merged: str | None = None) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in cells:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    book.save(buffer)
    return buffer.getvalue()


def _xls(cells: Cells, *, merge: bool = False) -> bytes:
    book, buffer = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("库存")
    for place, row in enumerate(cells):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(place, column, value)
    if merge:
        sheet.merge(0, 0, 1, 2)
    book.save(buffer)
    return buffer.getvalue()


def _same(spec: InputSpec, file: ArchivedInput) -> dict[str, list[str | None]]:
    """What both readers read."""
    frame = read(file.stored, spec).frame
    first = {name: [value if isinstance(value, str) else None for value in frame[name]] for name in frame if name != "_row"}
    second = read_input(spec, [file]).drop_columns("_ragged").to_pydict()
    assert second == first
    return second


@pytest.mark.parametrize(("name", "make"), [("x.xlsx", _xlsx), ("x.xls", _xls)])
def test_cells_become_the_same_text(archive: Archive, name: str, make: Callable[..., bytes]) -> None:
    found = _same(_spec(format=name[2:]), archive(name, make(PLAIN)))
    assert found == {"货号": ["007", "6901028075831", "x"], "数量": ["12.5", "-3", None], "启用": ["1", "0", None]}


@pytest.mark.parametrize(("name", "make"), [("x.xlsx", lambda: _xlsx(MERGED, "B1:C1")), ("x.xls", lambda: _xls(MERGED, merge=True))])
def test_a_header_of_two_rows_gives_the_same_names(archive: Archive, name: str, make: Callable[[], bytes]) -> None:
    found = _same(_spec(header_rows=2), archive(name, make()))
    assert list(found) == ["货号", "价格/零售", "价格/会员", "column_4"]


def test_names_may_be_given(archive: Archive) -> None:
    found = _same(_spec(names=["a", "b"], header_row=2), archive("x.xlsx", _xlsx([["banner"], ["1", 2.0], ["3", None]])))
    assert found == {"a": ["1", "3"], "b": ["2", None]}


def test_dates_of_the_old_format_come_from_their_serials(archive: Archive) -> None:
    book, buffer = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("a")
    sheet.write(0, 0, "day")
    sheet.write(1, 0, datetime.datetime(2026, 1, 2), xlwt.easyxf(num_format_str="yyyy-mm-dd"))  # noqa: DTZ001 - spreadsheets know no zone
    book.save(buffer)
    assert read_input(_spec(format="xls"), [archive("x.xls", buffer.getvalue())])["day"].to_pylist() == ["2026-01-02 00:00:00"]


def test_the_kind_is_told_from_the_content_not_from_the_name(archive: Archive) -> None:
    assert read_input(_spec(format="xls"), [archive("x.xls", _xlsx(PLAIN))])["数量"].to_pylist() == ["12.5", "-3", None]


def test_a_sheet_that_is_not_there_is_named(archive: Archive) -> None:
    with pytest.raises(BadInputError, match="no sheet 'x'") as caught:
        read_input(_spec(format="xls", sheet="x"), [archive("x.xls", _xls(PLAIN))])
    assert "库存" in caught.value.fix


@pytest.mark.parametrize(("value", "text"), [("", None), (" ", " "), (True, "1"), (1e16, "10000000000000000"), (1e-7, "0.0000001")])
def test_one_cell(value: object, text: str | None) -> None:
    assert cell_text(value) == text
