"""A sheet cut into pieces gives the same rows as in one, whatever program has written it."""

import zipfile
from pathlib import Path

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.raw.readers import workbook_shared, workbook_xlsx
from migration_pipeline.raw.readers.read_table import ReadTable
from migration_pipeline.runtime.errors import BadInputError

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def _file(path: Path, rows: str, shared: list[str], prefix: str = "") -> Path:
    """A workbook as Excel writes it: texts in a place of their own; `rows` is the content of sheetData, `prefix` a namespace prefix."""
    colon = f"{prefix}:" if prefix else ""
    names = MAIN.replace("xmlns", f"xmlns:{prefix}") if prefix else MAIN
    sheets = [("x1", "worksheets/one.xml"), ("x2", "/xl/worksheets/two.xml")]
    targets = "".join(f'<Relationship Id="{key}" Type="{KINDS}/worksheet" Target="{target}"/>' for key, target in sheets)
    main = f'<Relationship Id="m" Type="{KINDS}/officeDocument" Target="xl/workbook.xml"/>'
    parts = {
        "_rels/.rels": f"<Relationships {RELATIONS}>{main}</Relationships>",
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{KINDS}"><sheets><sheet name="a" sheetId="1" r:id="x1"/>'
        '<sheet name="b" sheetId="2" r:id="x2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships {RELATIONS}>{targets}</Relationships>",
        "xl/worksheets/one.xml": f"<{colon}worksheet {names}><{colon}sheetData>{rows}</{colon}sheetData></{colon}worksheet>",
        "xl/worksheets/two.xml": f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>{''.join(f'<si>{text}</si>' for text in shared)}</sst>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _read(path: Path, **settings: object) -> ReadTable:
    return read(path, InputSpec.model_validate({"format": "xlsx", "file": "a.xlsx", **settings}))


def _rows(count: int) -> str:
    """Columns A (shared text), B (number or, each third row, shared text), C (own text in row 50)."""
    return "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{n % 7}</v></c>'
        + (f'<c r="B{n}" t="s"><v>{n % 5}</v></c>' if n % 3 else f'<c r="B{n}"><v>{n}</v></c>')
        + (f'<c r="C{n}" t="inlineStr"><is><t>{n}</t></is></c>' if n == 50 else "")
        + "</row>"
        for n in range(1, count + 1)
    )


@pytest.mark.parametrize("size", [200, 1000, 1 << 20])
def test_pieces_give_every_row_once_with_its_own_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Texts by number, plain numbers and own texts are told apart in every piece, also where they share a column."""
    monkeypatch.setattr(workbook_xlsx, "PIECE", size)
    shared = [f"<t>text {n}</t>" for n in range(7)]
    table = _read(_file(tmp_path / "a.xlsx", _rows(100), shared), names=["a", "b", "c"])
    frame, numbers = (table.frame, range(1, 101))
    assert frame["_row"].tolist() == list(numbers)
    assert frame["a"].tolist() == [f"text {n % 7}" for n in numbers]
    assert frame["b"].tolist() == [f"text {n % 5}" if n % 3 else str(n) for n in numbers]
    assert frame["c"].dropna().to_dict() == {49: "50"}


def test_shared_texts_are_taken_as_they_are(tmp_path: Path) -> None:
    """Empty entries keep their place; runs of formatted text are joined, pronunciations left out; digits stay text."""
    shared = ["<t>h</t>", "", "<t/>", "<r><t>可</t></r><r><t>乐</t></r><rPh sb='0' eb='1'><t>ke</t></rPh>", "<t>007</t>"]
    rows = "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c><c r="B{n + 1}"><v>1</v></c></row>' for n in range(5))
    frame = _read(_file(tmp_path / "a.xlsx", rows, shared), names=["a", "b"]).frame
    assert frame["a"].fillna("-").tolist() == ["h", "-", "-", "可乐", "007"]


def test_a_number_of_a_text_that_is_not_there_is_damage(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="s"><v>9</v></c></row>', ["<t>h</t>"])
    with pytest.raises(BadInputError, match="damaged"):
        _read(path, names=["a"])


def test_every_sheet_can_be_read_and_tags_may_have_a_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_xlsx, "PIECE", 300)
    rows = "".join(f'<x:row r="{n}"><x:c r="A{n}"><x:v>{n}</x:v></x:c></x:row>' for n in range(1, 30))
    path = _file(tmp_path / "a.xlsx", rows, ["<t>h</t>"], prefix="x")
    assert _read(path, names=["a"]).frame["a"].tolist() == [str(n) for n in range(1, 30)]
    assert _read(path, names=["a"], sheet="b").frame["a"].tolist() == ["1"]


def test_rows_without_numbers_are_counted(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.xlsx", "<row><c><v>5</v></c></row><row><c><v>6</v></c></row>", [])
    assert _read(path, names=["a"]).frame.to_dict("list") == {"a": ["5", "6"], "_row": [1, 2]}


def test_rows_that_go_back_are_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows with one number would be one row id."""
    monkeypatch.setattr(workbook_xlsx, "PIECE", 200)
    path = _file(tmp_path / "a.xlsx", _rows(20) + _rows(20), [f"<t>{n}</t>" for n in range(7)])
    with pytest.raises(BadInputError, match="damaged"):
        _read(path, names=["a", "b"])


def test_a_stray_cell_far_away_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(BadInputError, match="column 16384 and 1048576 rows apart"):
        _read(_file(tmp_path / "a.xlsx", rows, []), names=["a"])


def test_a_stray_cell_in_the_last_row_is_read_and_the_rows_between_take_no_memory(tmp_path: Path) -> None:
    rows = '<row r="3"><c r="B3"><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>0</v></c></row>'
    frame = _read(_file(tmp_path / "a.xlsx", rows, []), names=["a", "b"], header_row=1).frame
    assert frame[["b", "_row"]].to_numpy().tolist() == [["1", 3], ["0", 1_048_576]]


@pytest.mark.parametrize("number", [2_147_483_648, 10**20 - 1])
def test_a_cell_that_names_a_row_far_below_its_own_is_refused_before_it_fills_the_memory(tmp_path: Path, number: int) -> None:
    rows = f'<row r="1"><c r="A1"><v>1</v></c><c r="E{number}"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    with pytest.raises(BadInputError, match=f"{number} rows apart"):
        _read(_file(tmp_path / "a.xlsx", rows, []), names=["a"])


def test_a_place_with_very_many_letters_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    rows = f'<row r="1"><c r="A1"><v>1</v></c><c r="{"A" * 70_000}1"><v>1</v></c></row>'
    with pytest.raises(BadInputError, match="as far out as column"):
        _read(_file(tmp_path / "a.xlsx", rows, []), names=["a"])


@pytest.mark.parametrize(("number", "message"), [(' r="1"', "damaged"), ("", "have no numbers")])
def test_a_row_without_an_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str, message: str
) -> None:
    """Also in a sheet that is read at once, since its rows have no numbers."""
    monkeypatch.setattr(workbook_shared, "LONGEST", 1 << 20)
    monkeypatch.setattr(workbook_xlsx, "WHOLE", 1 << 20)
    monkeypatch.setattr(workbook_xlsx, "PIECE", 1 << 16)
    rows = f"<row{number}>" + "<c><v>1</v></c>" * 100_000 + "</row>"
    with pytest.raises(BadInputError, match=message):
        _read(_file(tmp_path / "a.xlsx", rows, []), names=["a"])


def test_dates_of_the_1904_system_are_right(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.xlsx", '<row r="1"><c r="A1" s="1"><v>43889</v></c></row>', [])
    styles = f'<styleSheet {MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>'))
        new.writestr("xl/styles.xml", styles)
    assert _read(tmp_path / "b.xlsx", names=["a"]).frame["a"].tolist() == ["2024-02-29"]
