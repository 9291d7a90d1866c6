"""A cell that is not empty never comes out as empty: errors and formulas that nobody has calculated."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.raw.readers.workbook_errors import NOT_CALCULATED, error_cells, overlaid, place


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (b'<c r="B2" t="e"><v>#N/A</v></c>', "#N/A"),
        (b"<c t='e' r='B2' s='1'><f>1/0</f><v>#DIV/0!</v></c>", "#DIV/0!"),
        (b'<c r="B2" t="e"/>', None),
        (b'<c r="B2"><f>A1+1</f></c>', NOT_CALCULATED),
        (b'<c r="B2" s="2"><f t="shared" si="0"/><v/></c>', NOT_CALCULATED),
        (b'<x:c r="B2"><x:f>A1</x:f><x:v></x:v></x:c>', NOT_CALCULATED),
        (b'<c r="B2" t="str"><f>""</f><v></v></c>', None),
        (b'<c r="B2"><f>A1+1</f><v>2</v></c>', None),
        (b'<c r="B2" s="1"/><c r="C2"><f>1</f><v>1</v></c>', None),
    ],
)
def test_what_is_found(cell: bytes, text: str | None) -> None:
    assert error_cells(b'<row r="2">' + cell + b"</row>") == ({2: {1: text}} if text else {})


def test_references_become_places() -> None:
    assert [place(reference) for reference in (b"A1", b"Z9", b"AA10", b"XFD1048576")] == [(1, 0), (9, 25), (10, 26), (1048576, 16383)]


def test_errors_are_put_where_no_row_or_cell_was() -> None:
    assert overlaid([(2, ["a"])], {1: {0: "#N/A"}, 2: {2: "#REF!"}}) == [(1, ["#N/A"]), (2, ["a", "", "#REF!"])]


def test_a_formula_without_a_result_is_no_missing_value(tmp_path: Path) -> None:
    """Programs that write workbooks without calculating leave the result out; as a missing price it would pass."""
    book = Workbook()
    for row in (["code", "price"], ["1", "=1+1"], ["2", "#N/A"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx", InputSpec(format="xlsx", file="a.xlsx")).frame["price"].tolist() == [NOT_CALCULATED, "#N/A"]
