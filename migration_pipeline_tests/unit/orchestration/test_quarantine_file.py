"""Files of rejected rows: every cell comes back as it was, none is run as a formula, nobody else can read them."""

import csv
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.orchestration.quarantine_file import FORMATS, HEADS, read_file, write_file
from migration_pipeline.orchestration.quarantine_rows import NO_CELLS, RejectedRow, Sheet
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

HARD = (
    "=1+1",
    "+1",
    "-2",
    "@SUM(A1)",
    "\tx",
    "\r\nx",
    "'1",
    "''",
    "＝1",
    "007",
    " a ",
    "_x000D_",
    "a\x07b",
    "1e5",
    "2026-01-01",
    '"',
    "a,b",
    "中",
)


def sheet(*cells: str, faults: tuple[str, ...] = ("c0",)) -> Sheet:
    """One rejected row with these cells in the columns c0, c1 ..."""
    columns = tuple(f"c{n}" for n in range(len(cells)))
    row = RejectedRow("m.csv:2", "bad_number", faults, dict(zip(columns, cells, strict=True)))
    return Sheet(("S01", "members", "members"), columns, (row,))


def round_trip(path: Path, *sheets: Sheet) -> list[dict[str, str]]:
    """The rows as they come back, without what stands before the source columns."""
    write_file(path, sheets)
    return [{head: text for head, text in row.cells.items() if head not in HEADS} for row in read_file(path)]


@pytest.mark.parametrize("ending", FORMATS)
def test_hard_cells_come_back_as_they_were(ending: str, tmp_path: Path) -> None:
    given = sheet(*HARD)
    assert round_trip(tmp_path / f"x{ending}", given) == [given.rows[0].cells]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=4), st.sampled_from(FORMATS))
def test_any_text_comes_back_as_it_was(cells: list[str], ending: str) -> None:
    made = sheet(*cells)
    with TemporaryDirectory() as folder:
        assert round_trip(Path(folder) / f"x{ending}", made) == [made.rows[0].cells]


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    """In a workbook all cells are text; in a CSV file an apostrophe stands before what a spreadsheet would run."""
    write_file(tmp_path / "x.xlsx", [sheet(*HARD)])
    (page,) = load_workbook(tmp_path / "x.xlsx").worksheets
    assert {cell.data_type for line in page.iter_rows() for cell in line if cell.value is not None} == {"s"}
    write_file(tmp_path / "x.csv", [sheet(*HARD)])
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [text for line in csv.reader(file) for text in line if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]


def test_a_row_says_why_it_was_rejected_in_both_languages_and_its_fault_is_marked(tmp_path: Path) -> None:
    write_file(tmp_path / "x.xlsx", [sheet("ten", "b")])
    (row,) = read_file(tmp_path / "x.xlsx")
    reason = REASONS["bad_number"]
    assert [row.cells[head] for head in HEADS[4:10]] == [reason.code, reason.en, reason.zh, reason.hint_en, reason.hint_zh, "c0"]
    (page,) = load_workbook(tmp_path / "x.xlsx").worksheets
    filled = {cell.fill.start_color.rgb for cell in page[2][len(HEADS) :]}
    assert (filled, page[2][len(HEADS)].fill.start_color.rgb) == ({"00FFE2B3", "00000000"}, "00FFE2B3")


def test_a_row_that_could_not_be_split_says_so(tmp_path: Path) -> None:
    write_file(tmp_path / "x.csv", [Sheet(("S", "members", "members"), ("a",), (RejectedRow("m.csv:3", "ragged_row", (), {}),))])
    (row,) = read_file(tmp_path / "x.csv")
    assert (row.cells["[column]"], row.cells["a"]) == (NO_CELLS, "")


def test_tables_share_a_csv_file_and_have_sheets_of_their_own_in_a_workbook(tmp_path: Path) -> None:
    sheets = [sheet("a"), Sheet(("S02", "sales", "lines"), ("no",), (RejectedRow("l.csv:2", "orphan_line", ("no",), {"no": "T1"}),))]
    assert round_trip(tmp_path / "x.csv", *sheets) == [{"c0": "a", "no": ""}, {"c0": "", "no": "T1"}]
    assert round_trip(tmp_path / "x.xlsx", *sheets) == [{"c0": "a"}, {"no": "T1"}]


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    for ending in FORMATS:
        write_file(tmp_path / f"x{ending}", [sheet("a")])
        assert stat.S_IMODE((tmp_path / f"x{ending}").stat().st_mode) == 0o600
    assert len(list(tmp_path.iterdir())) == len(FORMATS), "no scratch file is left"


@pytest.mark.parametrize(("value", "text"), [(8, "8"), (8.5, "8.5"), ("8.50", "8.50")])
def test_a_number_typed_into_a_workbook_is_its_text(value: object, text: str, tmp_path: Path) -> None:
    assert retyped(tmp_path / "x.xlsx", value) == text


@pytest.mark.parametrize("value", ["=1+1", True, 690102800001712345, 1e300])
def test_a_formula_or_a_number_that_lost_digits_is_refused_with_its_cell(value: object, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no text") as caught:
        retyped(tmp_path / "x.xlsx", value)
    assert "cell M2 of sheet '1 S01 members'" in caught.value.where


def retyped(path: Path, value: object) -> str:
    """The first source cell after somebody typed something else into it."""
    write_file(path, [sheet("old")])
    book = load_workbook(path)
    book.worksheets[0].cell(2, len(HEADS) + 1).value = value  # type: ignore[assignment]
    book.save(path)
    return read_file(path)[0].cells["c0"]


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("no workbook")
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    for name, words in (
        ("x.xlsx", "cannot be read"),
        ("gone.csv", "cannot be read"),
        ("x.csv", r"column \[store\]"),
        ("x.ods", "no format"),
    ):
        with pytest.raises(BadInputError, match=words):
            read_file(tmp_path / name)
    with pytest.raises(BadInputError, match="too long for Excel"):
        write_file(tmp_path / "y.xlsx", [sheet("x" * 40_000)])
    with pytest.raises(InfrastructureError):
        write_file(tmp_path / "gone" / "y.csv", [sheet("x")])
