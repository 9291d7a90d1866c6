"""The cleaning report as a workbook: the same figures, every text a text, and a note where the change log is cut."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from migration_pipeline.reconciled.cleaning_workbook import workbook
from migration_pipeline_tests.unit.reconciled.cleaning_figures import PERSONS, report


def sheets(most: int = 1000) -> dict[str, list[tuple[Any, ...]]]:
    """All cells of the workbook by the English name of the sheet."""
    book = load_workbook(BytesIO(workbook(report(), most)))
    return {sheet.title.split()[0]: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_figures_are_those_of_the_report() -> None:
    found = sheets()
    assert [(row[1], row[6], row[7]) for row in found["rules"][1:]] == [(line.rule, line.hits, line.cells) for line in report().rules]
    assert found["totals"][1] == ("members", 5, 0, 1, 0, 1, 3, 5, "✓")
    assert len(found["changes"]) == 1 + len(report().changes)
    assert sum(row[6] for row in found["rows"][1:]) == 2
    assert {row[11] for row in found["rows"][1:]} == {"✓"}
    assert [(row[1], row[4]) for row in found["quiet"][1:]] == [(line.rule, line.policy) for line in report().quiet]


def test_amounts_are_numbers_to_add_up_with() -> None:
    """A text of digits would not add up in a spreadsheet."""
    rejected = next(row for row in sheets()["rows"] if row[2] == "damaged_code")
    assert rejected[9] == 4
    assert isinstance(rejected[9], int | float)


def test_no_person_is_in_any_sheet() -> None:
    text = "\n".join(str(cell) for rows in sheets().values() for row in rows for cell in row)
    assert "members:1" in text
    assert [person for person in PERSONS if person in text] == []


def test_text_that_looks_like_a_formula_stays_text() -> None:
    book = load_workbook(BytesIO(workbook(report())))
    kinds = {str(cell.value): cell.data_type for row in book["changes 变更"].iter_rows() for cell in row}
    assert kinds["='1'+1 "] == "s"
    assert "f" not in kinds.values()


def test_a_log_longer_than_a_sheet_is_of_use_is_cut_with_a_note() -> None:
    rows = sheets(most=2)["changes"]
    assert len(rows) == 1 + 1 + 2
    assert f"The first 2 of {len(report().changes)} rows" in rows[1][0]
