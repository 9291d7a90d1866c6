"""What is no workbook is refused with its true name and what to do; the file's name does not matter."""

import zipfile
from pathlib import Path

import pytest
import xlwt

from migration_pipeline.raw.readers.workbook_kind import kind_of
from migration_pipeline.runtime.errors import BadInputError

XML_2003 = b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


def _ole(path: Path, stream: str) -> bytes:
    """An OLE container with one stream of this name, made from an .xls whose stream is called Workbook."""
    book = xlwt.Workbook()
    book.add_sheet("x")
    book.save(str(path))
    content, old, new = path.read_bytes(), "Workbook\0".encode("utf-16-le"), f"{stream}\0".encode("utf-16-le")
    place = content.index(old)
    return content[:place] + new.ljust(64, b"\0") + len(new).to_bytes(2, "little") + content[place + 66 :]


@pytest.mark.parametrize(
    ("content", "message", "fix"),
    [
        (b"", "empty", "export"),
        (XML_2003, "XML Spreadsheet 2003", "save it as .xlsx"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "web archive", "save it as .xlsx"),
        ("货号\t名称\r\n1\t可乐\r\n".encode("gb18030"), "plain text", "format: csv"),
        ("货号\t名称\r\n".encode("utf-16"), "plain text", "format: csv"),
        (b"\x00\x01\x02\x03" * 50, "damaged", "save it again"),
        (b"PK\x03\x04" + bytes(200), "damaged", "save it again"),
    ],
)
def test_other_files_are_called_by_their_name(tmp_path: Path, content: bytes, message: str, fix: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=message) as caught:
        kind_of(path)
    assert fix in caught.value.fix


def test_an_encrypted_xlsx_is_told_from_an_xls(tmp_path: Path) -> None:
    """A workbook with a password is an OLE container with the stream EncryptedPackage (MS-OFFCRYPTO 2.3.4.4)."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(_ole(path, "EncryptedPackage"))
    with pytest.raises(BadInputError, match="encrypted"):
        kind_of(path)
    path.write_bytes(_ole(path, "WordDocument"))
    with pytest.raises(BadInputError, match="without sheets"):
        kind_of(path)
    path.write_bytes(_ole(path, "Workbook"))
    assert kind_of(path) == "xls"


@pytest.mark.parametrize(("member", "kind"), [("xl/workbook.xml", "xlsx"), ("content.xml", "ods")])
def test_the_content_says_which_kind_it_is(tmp_path: Path, member: str, kind: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xls", "w") as archive:
        archive.writestr(member, "x")
    assert kind_of(tmp_path / "a.xls") == kind


def test_archives_of_other_things_and_bombs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", "x")
    with pytest.raises(BadInputError, match=r"not an \.xlsx or \.ods"):
        kind_of(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(100 << 20))
    with pytest.raises(BadInputError, match="unpacks to more than"):
        kind_of(path)


def test_html_is_known_in_any_of_its_beginnings(tmp_path: Path) -> None:
    for start in (b"<table>", b"\xef\xbb\xbf\r\n <!DOCTYPE html>", b"<HTML xmlns:x='x'>", b"<meta charset=gbk><table>"):
        (tmp_path / "a.xls").write_bytes(start)
        assert kind_of(tmp_path / "a.xls") == "html"
