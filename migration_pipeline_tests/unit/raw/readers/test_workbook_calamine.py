"""Old .xls workbooks and .ods give the same texts as .xlsx; their errors are not lost."""

import datetime
import struct
import zipfile
from pathlib import Path

import pytest
import xlwt
from xlwt.CompoundDoc import XlsDoc

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.runtime.errors import BadInputError

LOST = "1.0206679334617034e+17"
XLS = InputSpec(format="xls", file="a.xls")
SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))


def _xls(columns: dict[str, list[tuple[object, str]]]) -> xlwt.Workbook:
    book = xlwt.Workbook()
    book.add_sheet("first").write(0, 0, "x")
    sheet = book.add_sheet("商品")
    for place, (name, cells) in enumerate(columns.items()):
        sheet.write(0, place, name)
        for row, (value, pattern) in enumerate(cells, start=1):
            style = xlwt.XFStyle()
            style.num_format_str = pattern
            sheet.write(row, place, value, style)
    return book


def _ods(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f'<office:document-content {SPACES} xmlns:calcext="c"><office:body><office:spreadsheet><table:table table:name="商品">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


def test_cells_of_an_xls_become_exact_text(tmp_path: Path) -> None:
    day = datetime.datetime(2024, 2, 29, 8, 5, 1)  # noqa: DTZ001 - workbooks have no zones
    cells = [(1, "0"), (1.5, "0.00"), (13800138000, "0"), ("007", "@"), (day, "yyyy-mm-dd hh:mm:ss"), (0.13, "0%"), (45351, "General")]
    _xls({"v": [*cells, (102066793346170336.0, "0")]}).save(str(tmp_path / "a.xls"))
    table = read(tmp_path / "a.xls", XLS.model_copy(update={"sheet": "商品"}))
    assert table.frame["v"].tolist() == ["1", "1.5", "13800138000", "007", "2024-02-29T08:05:01", "0.13", "45351", LOST]
    assert table.options == {"sheet": "商品", "header_row": 1, "header_rows": 1}


def test_errors_of_an_xls_are_not_taken_for_empty_cells(tmp_path: Path) -> None:
    """Of the right sheet, and as the text Excel shows."""
    book = _xls({"v": [(1, "0")], "w": [("a", "@")]})
    book.get_sheet(1).row(2).set_cell_error(0, 0x2A)
    book.get_sheet(1).row(3).set_cell_error(1, 0x07)
    book.save(str(tmp_path / "a.xls"))
    frame = read(tmp_path / "a.xls", XLS.model_copy(update={"sheet": "商品"})).frame
    assert frame["v"].fillna("-").tolist() == ["1", "#N/A", "-"]
    assert frame["w"].fillna("-").tolist() == ["a", "-", "#DIV/0!"]


def test_an_encrypted_xls_is_refused_as_encrypted(tmp_path: Path) -> None:
    """A FILEPASS record after the first record of the stream (MS-XLS 2.4.117) says that all others are scrambled."""
    stream = _xls({}).get_biff_data()
    cut = 4 + struct.unpack_from("<H", stream, 2)[0]
    XlsDoc().save(str(tmp_path / "a.xls"), stream[:cut] + struct.pack("<HHH", 0x2F, 54, 1) + bytes(52) + stream[cut:])
    with pytest.raises(BadInputError, match="encrypted"):
        read(tmp_path / "a.xls", XLS)


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
def test_a_cut_off_xls_is_refused(tmp_path: Path, part: float) -> None:
    _xls({"v": [(f"text {n}", "@") for n in range(400)]}).save(str(tmp_path / "a.xls"))
    content = (tmp_path / "a.xls").read_bytes()
    (tmp_path / "a.xls").write_bytes(content[: int(len(content) * part)])
    with pytest.raises(BadInputError, match="damaged or cut off"):
        read(tmp_path / "a.xls", XLS.model_copy(update={"sheet": "商品"}))


def test_an_ods_is_read_with_repeated_rows_and_without_its_empty_end(tmp_path: Path) -> None:
    rows = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>货号</text:p></table:table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="2">'
        '<table:table-cell office:value-type="float" office:value="12.5"/></table:table-row>'
        '<table:table-row><table:table-cell office:value-type="date" office:date-value="2024-02-29"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="99"/></table:table-row>'
    )
    frame = read(_ods(tmp_path / "a.ods", rows), InputSpec(format="ods", file="a.ods")).frame
    assert frame.to_dict("list") == {"货号": ["12.5", "12.5", "2024-02-29"], "_row": [2, 3, 4]}


def test_an_ods_with_errors_is_refused_since_they_would_come_out_empty(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"/>'
    path = _ods(tmp_path / "a.ods", f"<table:table-row>{cell}</table:table-row>")
    with pytest.raises(BadInputError, match="cells with an error"):
        read(path, InputSpec(format="ods", file="a.ods"))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("<table:table-row>", "damaged"),
        (
            (
                '<table:table-row table:number-rows-repeated="1048576">'
                '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="1024"/></table:table-row>'
            ),
            "1073741824 places",
        ),
    ],
)
def test_an_ods_that_would_hang_or_fill_the_memory_is_refused(tmp_path: Path, rows: str, message: str) -> None:
    """calamine waits forever for the end of a table that has none, and lays out every repetition."""
    with pytest.raises(BadInputError, match=message):
        read(_ods(tmp_path / "a.ods", rows), InputSpec(format="ods", file="a.ods"))


def test_an_ods_whose_type_is_cut_short_is_damaged_and_not_a_fault_of_the_disk(tmp_path: Path) -> None:
    """calamine says so by an OSError without a number."""
    path = _ods(tmp_path / "a.ods", "<table:table-row/>")
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocumentspreadsheet")
        archive.writestr("content.xml", content)
    with pytest.raises(BadInputError, match="damaged"):
        read(path, InputSpec(format="ods", file="a.ods"))
