"""Every form reads back exactly, and no workbook holds a formula."""

import csv
import io
from zipfile import ZipFile

import pytest
import xlrd
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from migration_pipeline.loaded.templates.forms import csv_file, xls_file, xlsx_file
from migration_pipeline.runtime.errors import BadInputError

CELL = st.one_of(
    st.none(),
    st.sampled_from(["=1+1", "=HYPERLINK(1)", "+86 138", "-x", "@a", "'q", "00123", "1E5", "TRUE", "2026-01-02", "_x000D_", " a ", "a\nb"]),
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=20),
)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5)


@given(ROWS)
def test_xlsx_reads_back_exactly_and_holds_no_formula(rows: list[list[str | None]]) -> None:
    content = xlsx_file([["a", "b", "c"], *rows])
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_col=3, max_row=1 + len(rows))] == rows
    with ZipFile(io.BytesIO(content)) as parts:
        assert not any(b"<f>" in parts.read(name) or b"<f " in parts.read(name) for name in parts.namelist())


@given(ROWS)
def test_xls_reads_back_exactly_and_every_cell_is_text(rows: list[list[str | None]]) -> None:
    sheet = xlrd.open_workbook(file_contents=xls_file([["a", "b", "c"], *rows])).sheet_by_index(0)
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            cell = sheet.cell(number, column) if number < sheet.nrows else None
            assert (cell.value if cell else "") == (text or "")
            assert cell is None or cell.ctype in {xlrd.XL_CELL_TEXT, xlrd.XL_CELL_EMPTY}


@given(ROWS)
def test_csv_reads_back_exactly(rows: list[list[str | None]]) -> None:
    content = csv_file([["a", "b", "c"], *rows])
    assert not content.startswith(b"\xef\xbb\xbf"), "Frappe would take a byte order mark for a part of the first heading"
    _, *found = csv.reader(io.StringIO(content.decode(), newline=""))
    assert found == [[text or "" for text in row] for row in rows]


def test_more_columns_than_xls_holds_are_refused() -> None:
    with pytest.raises(BadInputError, match="256 columns"):
        xls_file([["x"] * 257])
