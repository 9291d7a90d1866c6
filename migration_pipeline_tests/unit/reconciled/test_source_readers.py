"""The second readers: csv, sqlite, and what all of them share."""

import datetime
import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.source_readers import read_input
from migration_pipeline.runtime.errors import BadInputError

Archive = Callable[..., ArchivedInput]


def _csv(**changes: object) -> InputSpec:
    return InputSpec.model_validate({"format": "csv", "file": "x", **changes})


def test_a_quoted_line_break_stays_in_its_row(archive: Archive) -> None:
    table = read_input(_csv(), [archive("a.csv", 'a,b\r\n"1\r\n2",x\r\n3,"y ""q"""\r\n')])
    assert table.to_pydict() == {"a": ["1\r\n2", "3"], "b": ["x", 'y "q"'], "_ragged": [False, False]}


def test_rows_of_another_width_count_and_are_marked_and_empty_ones_do_not(archive: Archive) -> None:
    table = read_input(_csv(), [archive("a.csv", "a,b\n1,2,3\n\n4\n,\n   \n5,6\n")])
    assert table["_ragged"].to_pylist() == [True, True, False]
    assert table["a"].to_pylist() == ["1", "4", "5"]


def test_gb18030_with_banner_and_semicolons(archive: Archive) -> None:
    spec = _csv(encoding="gb18030", header_row=2, delimiter=";")
    table = read_input(spec, [archive("a.csv", "导出;;\n 货号 ;数量\n00𠮷1;2\n", "gb18030")])
    assert table.select(["货号", "数量"]).to_pydict() == {"货号": ["00𠮷1"], "数量": ["2"]}


def test_files_of_one_input_join_by_name_not_by_place(archive: Archive) -> None:
    table = read_input(_csv(), [archive("a.csv", "a,b\n1,2\n"), archive("b.csv", "b,a\n4,3\n")])
    assert (table["a"].to_pylist(), table["b"].to_pylist()) == (["1", "3"], ["2", "4"])


def test_what_the_first_reader_found_out_is_used_where_the_project_says_auto(archive: Archive) -> None:
    spec = _csv(encoding="auto", delimiter="auto", quote="auto", header_row="auto")
    options = {"encoding": "gb18030", "delimiter": ";", "quote": "'", "header_row": 2, "header_rows": 1}
    file = replace(archive("a.csv", "导出\n货号;数量\n'1;2';3\n", "gb18030"), options=options)
    assert read_input(spec, [file]).to_pydict() == {"货号": ["1;2"], "数量": ["3"], "_ragged": [False]}
    with pytest.raises(BadInputError, match="manifest does not say"):
        read_input(spec, [replace(file, options={})])


def test_names_quotes_and_headers_of_two_rows_as_the_first_reader_has_them(archive: Archive) -> None:
    for spec, content in (
        (_csv(names=["a", "b"], delimiter="TAB", quote=""), '"1\t2\n3\t"4"\n'),
        (_csv(header_rows=2, header_row=2), "x\n货号,价格,\n,零售,会员\n1,2,3\n"),
    ):
        file = archive("a.csv", content)
        frame = read(file.stored, spec).frame.drop(columns="_row")
        assert read_input(spec, [file]).drop_columns("_ragged").to_pydict() == frame.to_dict("list")


def test_columns_that_differ_only_in_case_stay_two(archive: Archive) -> None:
    assert read_input(_csv(), [archive("a.csv", "ID,id,\n1,2,3\n")]).column_names == ["ID", "id_2", "column_3", "_ragged"]


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("a.csv", _csv()),
        ("a.csv.gz", _csv()),
        ("a.xlsx", _csv(format="xlsx")),
        ("a.db", _csv(format="sqlite", table="t")),
        ("a.xml", _csv(format="xml", rows="/a/b", fields={"x": "@y"})),
    ],
)
def test_damaged_files_give_one_clear_error_with_the_file(archive: Archive, name: str, spec: InputSpec) -> None:
    with pytest.raises(BadInputError) as caught:
        read_input(spec, [archive(name, b"\xff\xfe\x81 not what it says")])
    assert caught.value.where == name


def _book() -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet("库存").append(["2026 年库存"])
    sheet = book["库存"]
    sheet.append(["条码", "数量", "日期", None])
    sheet.append([6901028075831.0, 0.1, datetime.datetime(2026, 1, 2)])  # noqa: DTZ001 - spreadsheets know no zone
    sheet.append([None, None, None, None])
    sheet.append(["007", 1e-7])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_spreadsheet_numbers_become_plain_text(archive: Archive) -> None:
    table = read_input(_csv(format="xlsx", sheet="库存", header_row=2), [archive("a.xlsx", _book())])
    expected = {"条码": ["6901028075831", "007"], "数量": ["0.1", "0.0000001"], "日期": ["2026-01-02 00:00:00", None]}
    assert table.select(list(expected)).to_pydict() == expected


def _with_dimension(book: bytes, area: str) -> bytes:
    """The same workbook, whose sheets claim to be as large as `area`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{area}"'.encode(), old.read(name)))
    return buffer.getvalue()


def test_a_sheet_that_claims_to_be_smaller_than_it_is_is_read_to_its_end(archive: Archive) -> None:
    spec = _csv(format="xlsx", sheet="库存", header_row=2)
    whole, small = (read_input(spec, [archive("a.xlsx", data)]) for data in (_book(), _with_dimension(_book(), "A1:A3")))
    assert small.equals(whole)


def test_a_sheet_that_is_not_there_is_named(archive: Archive) -> None:
    with pytest.raises(BadInputError, match="no sheet 'x'"):
        read_input(_csv(format="xlsx", sheet="x"), [archive("a.xlsx", _book())])


def test_sqlite_values_come_as_text(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "made.db"
    with sqlite3.connect(path) as made:
        made.execute('CREATE TABLE "销 售" (code TEXT, "qty" REAL, n INTEGER)')
        made.executemany('INSERT INTO "销 售" VALUES (?, ?, ?)', [("001 ", 0.3, 7), ("x", None, None)])
    made.close()
    table = read_input(_csv(format="sqlite", table="销 售"), [archive("a.db", path.read_bytes())])
    assert table.to_pydict() == {"code": ["001 ", "x"], "qty": ["0.3", None], "n": ["7", None], "_ragged": [False, False]}
    with pytest.raises(BadInputError, match="no table"):
        read_input(_csv(format="sqlite", table="none"), [archive("a.db", path.read_bytes())])
