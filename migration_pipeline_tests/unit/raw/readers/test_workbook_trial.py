"""What a damaged .xls does to calamine is done to another process."""

from pathlib import Path

import pytest
import xlwt

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.raw.readers import workbook_trial
from migration_pipeline.raw.readers.workbook_trial import survives
from migration_pipeline.runtime.errors import BadInputError


@pytest.fixture
def book(tmp_path: Path) -> Path:
    book, path = xlwt.Workbook(), tmp_path / "a.xls"
    sheet = book.add_sheet("s")
    for row in range(60):
        sheet.write(row, 0, f"text {row}")
    book.save(str(path))
    return path


def test_a_good_workbook_survives(book: Path) -> None:
    assert survives(book)


def test_a_directory_cut_off_in_the_middle_is_refused_without_a_panic(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """calamine panics, and Rust writes a page about it to the terminal."""
    book.write_bytes(book.read_bytes()[:-15])
    with pytest.raises(BadInputError, match="damaged or cut off"):
        read(book, InputSpec(format="xls", file="a.xls"))
    assert capfd.readouterr().err == ""


def test_a_cell_that_would_fill_the_memory_is_refused(book: Path) -> None:
    """One cell in column 65,535 makes calamine lay out 60 x 65,535 places; with this little memory that ends the process."""
    content = book.read_bytes()
    cell = b"\xfd\x00\x0a\x00" + (59).to_bytes(2, "little") + b"\0\0"
    assert content.count(cell) == 1
    book.write_bytes(content.replace(cell, cell[:4] + b"\xff\xff\xff\xff"))
    with pytest.raises(BadInputError, match="damaged or cut off"):
        read(book, InputSpec(format="xls", file="a.xls"))


def test_a_workbook_that_takes_too_long_does_not_survive(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_trial, "SECONDS", 0.001)
    assert not survives(book)


def test_an_orderly_refusal_survives(tmp_path: Path) -> None:
    """The reading that counts says what is wrong."""
    (tmp_path / "a.xls").write_bytes(b"no workbook")
    assert survives(tmp_path / "a.xls")
